-- Holiday notices loaded while the system runs, as identity last told them. They stand above those that come with
-- the product: a later notice of a year replaces the earlier one.
CREATE TABLE holiday_notice (
    year    integer PRIMARY KEY CHECK (year BETWEEN 1949 AND 9999),
    version integer NOT NULL,
    data    json    NOT NULL
);

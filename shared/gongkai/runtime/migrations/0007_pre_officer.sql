-- Who may do what, as identity last told it: a withdrawn role works as soon as its event is read.
CREATE TABLE officer (
    person_id     uuid    PRIMARY KEY,
    organ_id      uuid    NOT NULL,
    version       integer NOT NULL,
    roles         text[]  NOT NULL,
    unit          text    NOT NULL DEFAULT '',
    active        boolean NOT NULL,
    epoch         integer NOT NULL,
    stands_in_for uuid[]  NOT NULL DEFAULT '{}',
    programs      json    NOT NULL DEFAULT '[]'
);
CREATE INDEX officer_by_organ ON officer (organ_id) WHERE active;

-- The organ as it describes itself; the newest version wins whatever the order of arrival.
CREATE TABLE organ (
    organ_id uuid    PRIMARY KEY,
    slug     text    NOT NULL UNIQUE,
    version  integer NOT NULL,
    data     json    NOT NULL
);

-- What the yearly tables know of each case, made from the facts: one row, so that a month's end is one scan.
CREATE TABLE counted (
    case_id        uuid    PRIMARY KEY,
    organ_id       uuid    NOT NULL,
    kind           text    NOT NULL,
    number         text    NOT NULL DEFAULT '',
    received_on    date,
    counts_on      date,
    row            text,
    ended_on       date,
    follows        uuid,
    is_split       boolean NOT NULL DEFAULT false,
    fee_amount     numeric(12,2),
    fee_noticed_on date,
    fee_paid_on    date,
    fee_exempted   boolean NOT NULL DEFAULT false,
    fee_only_year  integer,
    imported       boolean NOT NULL DEFAULT false,
    known          jsonb   NOT NULL
);
CREATE INDEX counted_in_play ON counted (organ_id, ended_on, counts_on) INCLUDE (kind, row);
CREATE INDEX counted_disordered ON counted (organ_id) WHERE ended_on < received_on;
CREATE INDEX counted_follows ON counted (follows) WHERE follows IS NOT NULL;
CREATE INDEX counted_fee ON counted (organ_id) WHERE fee_amount IS NOT NULL;
CREATE INDEX counted_number ON counted (organ_id, number) WHERE number <> '';

CREATE TABLE counted_remedy (
    case_id    uuid    NOT NULL REFERENCES counted ON DELETE CASCADE,
    at         integer NOT NULL,
    organ_id   uuid    NOT NULL,
    kind       text    NOT NULL,
    from_on    date,
    decided_on date,
    result     text,
    only_year  integer,
    PRIMARY KEY (case_id, at)
);
CREATE INDEX counted_remedy_of_organ ON counted_remedy (organ_id, kind);

-- The ladder of approval as each organ set it, made from the facts: drafts climb the one of the day they are made.
CREATE TABLE organ_ladder (
    organ_id uuid        NOT NULL,
    version  integer     NOT NULL,
    rungs    text[]      NOT NULL,
    from_on  date        NOT NULL,
    reason   text        NOT NULL,
    set_by   uuid        NOT NULL,
    set_at   timestamptz NOT NULL,
    PRIMARY KEY (organ_id, version)
);

-- Read model of the person register: who serves where, in which roles. No name: that lies in the vault.
CREATE TABLE person (
    person_id uuid        PRIMARY KEY,
    organ_id  uuid        NOT NULL,
    unit      text        NOT NULL DEFAULT '',
    roles     text[]      NOT NULL DEFAULT '{}',
    state     text        NOT NULL CHECK (state IN ('serving', 'left', 'erased')),
    epoch     integer     NOT NULL,
    version   integer     NOT NULL,
    joined_at timestamptz NOT NULL,
    left_at   timestamptz
);
CREATE INDEX person_by_organ ON person (organ_id, state);

-- Arranged and running stand-ins; a row goes when the stand-in ends.
CREATE TABLE stand_in (
    id        uuid    PRIMARY KEY,
    person_id uuid    NOT NULL REFERENCES person,
    away_id   uuid    NOT NULL REFERENCES person,
    from_on   date    NOT NULL,
    to_on     date    NOT NULL,
    begun     boolean NOT NULL
);
CREATE INDEX stand_in_by_person ON stand_in (person_id);
CREATE INDEX stand_in_by_away ON stand_in (away_id);

-- Program tokens: what they are for is a word of the administrator's, the token itself is not kept.
CREATE TABLE program (
    token_id     uuid        PRIMARY KEY,
    person_id    uuid        NOT NULL REFERENCES person,
    organ_id     uuid        NOT NULL,
    purpose      text        NOT NULL,
    roles        text[]      NOT NULL,
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX program_by_organ ON program (organ_id, issued_at);

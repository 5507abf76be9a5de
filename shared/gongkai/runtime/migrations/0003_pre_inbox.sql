-- What was read: once per (source, id), whatever the retries on the wire.
CREATE TABLE inbox (
    source      text        NOT NULL,
    id          uuid        NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE INDEX inbox_by_age ON inbox (received_at);

-- What could not be taken in, whole, with its reason. Later events of the same subject wait behind it.
CREATE TABLE quarantine (
    number      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text        NOT NULL,
    event_id    uuid,
    type        text        NOT NULL,
    subject     text        NOT NULL,
    topic       text        NOT NULL,
    partition   integer     NOT NULL,
    "offset"    bigint      NOT NULL,
    headers     json        NOT NULL,
    value       bytea       NOT NULL,
    cause       text        NOT NULL CHECK (cause IN ('unreadable', 'invalid', 'refused', 'failed', 'behind')),
    reason      text        NOT NULL,
    article     text        NOT NULL DEFAULT '',
    parked_at   timestamptz NOT NULL,
    tries       integer     NOT NULL DEFAULT 0,
    state       text        NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'replayed', 'dropped')),
    settled_at  timestamptz,
    settled_by  text,
    UNIQUE (topic, partition, "offset")
);
CREATE INDEX quarantine_waiting ON quarantine (source, subject) WHERE state = 'parked';

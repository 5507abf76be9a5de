-- Outside systems that may post events, each with the types it is allowed. The secrets lie in the vault; two may
-- hold at once while a sender changes over. A closed source keeps its row, so that its name is never given away.
CREATE TABLE event_source (
    source        text        PRIMARY KEY CHECK (source <> '' AND octet_length(source) <= 1024),
    id            uuid        NOT NULL UNIQUE,
    organ_id      uuid        NOT NULL,
    name          text        NOT NULL,
    secret_items  uuid[]      NOT NULL CHECK (cardinality(secret_items) BETWEEN 1 AND 2),
    allowed_types text[]      NOT NULL,
    active        boolean     NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL
);

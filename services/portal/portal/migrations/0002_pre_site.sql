-- The tree of columns as each revision of the basic catalogue left it.
CREATE TABLE catalogue (
    organ_id     uuid        NOT NULL,
    revision     integer     NOT NULL,
    effective_on date        NOT NULL,
    heard_at     timestamptz NOT NULL,
    note         text        NOT NULL DEFAULT '',
    columns      jsonb       NOT NULL,
    PRIMARY KEY (organ_id, revision)
);

-- What publication said when it closed a release: read beside the edition, so it may come in any order.
CREATE TABLE remark (
    release_id  uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('published', 'corrected', 'withdrawn', 'repealed')),
    document_id uuid        NOT NULL,
    said        jsonb       NOT NULL,
    heard_at    timestamptz NOT NULL,
    PRIMARY KEY (release_id, kind)
);

-- Approved editions whose content could not be pulled at once, or is large: a loop of ours fetches them.
CREATE TABLE awaited (
    release_id  uuid        PRIMARY KEY,
    approval    jsonb       NOT NULL,
    prepare_by  timestamptz NOT NULL,
    not_before  timestamptz NOT NULL,
    tries       integer     NOT NULL DEFAULT 0,
    last_error  text        NOT NULL DEFAULT '',
    correlation uuid        NOT NULL,
    cause       uuid,
    traceparent text
);
CREATE INDEX awaited_next ON awaited (not_before);

-- The matrix: one row per release, its channels as they stand beside it.
CREATE TABLE release (
    id           uuid        PRIMARY KEY,
    document_id  uuid        NOT NULL REFERENCES document,
    organ_id     uuid        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('Preparing', 'Held', 'Ordered', 'Releasing', 'Closed', 'Cancelled')),
    change       text        NOT NULL CHECK (change IN ('publish', 'correct', 'withdraw', 'repeal')),
    edition      integer     NOT NULL,
    policy       text        NOT NULL CHECK (policy IN ('all-or-hold', 'site-first')),
    emergency    boolean     NOT NULL,
    told         json        NOT NULL,
    channels     json        NOT NULL,
    reason       text        NOT NULL DEFAULT '',
    held_by      text,
    needs_person boolean     NOT NULL,
    prepare_by   timestamptz NOT NULL,
    scheduled_at timestamptz,
    release_at   timestamptz,
    published_at timestamptz,
    skew_ms      double precision,
    opened_at    timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL
);
CREATE INDEX release_list ON release (organ_id, opened_at DESC);
CREATE INDEX release_of_document ON release (document_id, opened_at DESC);
CREATE INDEX release_todo ON release (organ_id) WHERE needs_person;

-- Places that show documents: the site and the open accounts of newmedia-sync.
CREATE TABLE channel (
    id        text        PRIMARY KEY,
    organ_id  uuid        NOT NULL,
    kind      text        NOT NULL CHECK (kind IN ('website', 'wechat', 'weibo')),
    name      text        NOT NULL,
    mode      text        NOT NULL CHECK (mode IN ('automatic', 'assisted')),
    open      boolean     NOT NULL,
    opened_at timestamptz NOT NULL
);
CREATE INDEX channel_of_organ ON channel (organ_id, opened_at);

CREATE TABLE catalogue_revision (
    organ_id     uuid        NOT NULL,
    revision     integer     NOT NULL,
    effective_on date        NOT NULL,
    note         text        NOT NULL,
    columns      json        NOT NULL,
    revised_by   uuid,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (organ_id, revision)
);

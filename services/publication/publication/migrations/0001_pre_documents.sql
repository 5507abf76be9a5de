-- Read models of documents. The register is the truth; every row here can be made again from facts and blobs.
CREATE TABLE document (
    id              uuid        PRIMARY KEY,
    organ_id        uuid        NOT NULL,
    state           text        NOT NULL CHECK (state IN (
        'Drafting', 'Reviewing', 'Releasing', 'Published', 'ChangeProposed', 'Withdrawn', 'Repealed', 'Kept', 'Discarded')),
    version         integer     NOT NULL,
    unit            text        NOT NULL,
    started_by      uuid        NOT NULL,
    source          text        NOT NULL,
    kind            text        NOT NULL,
    column_id       text        NOT NULL,
    openness        text        NOT NULL,
    important       boolean     NOT NULL,
    title           text        NOT NULL,
    document_number text        NOT NULL,
    formed_on       date,
    edition         integer     NOT NULL,
    digest          text        NOT NULL,
    index_number    text UNIQUE,
    permalink       text UNIQUE,
    next_step       text,
    returned        boolean     NOT NULL,
    checked         boolean     NOT NULL,
    unsettled       integer     NOT NULL,
    disclosure_left text[]      NOT NULL,
    owed            text[]      NOT NULL,
    release_id      uuid,
    live_edition    integer,
    live_validity   text,
    published_at    timestamptz,
    created_at      timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    changed_by      uuid
);
CREATE INDEX document_list ON document (organ_id, changed_at DESC);
CREATE INDEX document_waiting ON document (organ_id, state, next_step);
CREATE INDEX document_live ON document (organ_id, column_id, published_at) WHERE live_edition IS NOT NULL;

CREATE TABLE edition (
    document_id uuid        NOT NULL REFERENCES document,
    edition     integer     NOT NULL,
    digest      text        NOT NULL,
    title       text        NOT NULL,
    saved_by    uuid        NOT NULL,
    saved_at    timestamptz NOT NULL,
    report      text,
    PRIMARY KEY (document_id, edition)
);

-- 三审三校: what was signed, also what an edit made void.
CREATE TABLE mark (
    document_id  uuid        NOT NULL REFERENCES document,
    edition      integer     NOT NULL,
    step         text        NOT NULL,
    result       text        NOT NULL CHECK (result IN ('passed', 'returned')),
    digest       text        NOT NULL,
    person       uuid        NOT NULL,
    role         text        NOT NULL,
    on_behalf_of uuid,
    opinion      text        NOT NULL,
    errors_found integer     NOT NULL,
    put_at       timestamptz NOT NULL,
    voided_at    timestamptz
);
CREATE INDEX mark_of_document ON mark (document_id, put_at);

CREATE TABLE interpretation (
    document_id       uuid NOT NULL,
    interpretation_id uuid NOT NULL,
    form              text NOT NULL,
    PRIMARY KEY (document_id, interpretation_id)
);
CREATE INDEX interpretation_back ON interpretation (interpretation_id);

-- What a person typed and did not save: private, overwritten, never an edition.
CREATE TABLE autosave (
    document_id uuid        NOT NULL REFERENCES document,
    person      uuid        NOT NULL,
    edition     integer     NOT NULL,
    content     json        NOT NULL,
    saved_at    timestamptz NOT NULL,
    PRIMARY KEY (document_id, person)
);

-- Files somebody uploaded; an edition may only refer to these.
CREATE TABLE upload (
    organ_id    uuid        NOT NULL,
    digest      text        NOT NULL,
    name        text        NOT NULL,
    size        bigint      NOT NULL,
    media_type  text        NOT NULL,
    uploaded_by uuid        NOT NULL,
    uploaded_at timestamptz NOT NULL,
    PRIMARY KEY (organ_id, digest)
);

-- The last index number of an organ and year. The row lock makes the numbers gapless.
CREATE TABLE index_counter (
    organ_id uuid    NOT NULL,
    year     integer NOT NULL,
    last     integer NOT NULL,
    PRIMARY KEY (organ_id, year)
);

-- Editions whose checks have not run yet; a row is deleted when its report is recorded.
CREATE TABLE check_job (
    document_id   uuid        NOT NULL,
    edition       integer     NOT NULL,
    digest        text        NOT NULL,
    asked_at      timestamptz NOT NULL,
    claimed_until timestamptz,
    tries         integer     NOT NULL DEFAULT 0,
    last_error    text        NOT NULL DEFAULT '',
    PRIMARY KEY (document_id, edition)
);

-- Things a person must look at, until they are mended.
CREATE TABLE attention (
    document_id uuid        NOT NULL,
    kind        text        NOT NULL,
    sentence    text        NOT NULL,
    due_on      date,
    raised_at   timestamptz NOT NULL,
    cleared_at  timestamptz,
    PRIMARY KEY (document_id, kind)
);
CREATE INDEX attention_open ON attention (raised_at) WHERE cleared_at IS NULL;

-- Documents that other systems handed over: the sender's number is the same thing for ever.
CREATE TABLE submission (
    organ_id    uuid        NOT NULL,
    external_id text        NOT NULL,
    document_id uuid        NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (organ_id, external_id)
);

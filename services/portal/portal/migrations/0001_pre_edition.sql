-- One row per release of a document on this site. Nothing here is visible before `release_at`, and nothing
-- after `superseded_at`: both are compared with the instant of the question, so no worker has to wake up.
CREATE TABLE edition (
    release_id       uuid        PRIMARY KEY,
    document_id      uuid        NOT NULL,
    organ_id         uuid        NOT NULL,
    organ_name       text        NOT NULL,
    edition          integer     NOT NULL CHECK (edition > 0),
    change           text        NOT NULL CHECK (change IN ('publish', 'correct', 'withdraw', 'repeal')),
    slug             text        NOT NULL,
    title            text        NOT NULL,
    kind             text        NOT NULL,
    column_id        text        NOT NULL,
    column_name      text        NOT NULL,
    index_number     text        NOT NULL,
    document_number  text,
    formed_on        date,
    openness         text        NOT NULL,
    themes           text[]      NOT NULL DEFAULT '{}',
    keywords         text[]      NOT NULL DEFAULT '{}',
    validity         text        NOT NULL,
    valid_until      date,
    summary          text        NOT NULL DEFAULT '',
    body_html        text        NOT NULL,
    body_text        text        NOT NULL,
    related          jsonb       NOT NULL DEFAULT '[]',
    explanation      text,
    legal_basis      text,
    important        boolean     NOT NULL DEFAULT false,
    edition_digest   text        NOT NULL,
    rendition_digest text        NOT NULL,
    prepared_at      timestamptz NOT NULL,
    release_at       timestamptz,
    superseded_at    timestamptz,
    first_release_at timestamptz,
    taken_back_at    timestamptz,
    checked_at       timestamptz,
    drifted_at       timestamptz
) WITH (fillfactor = 85);
CREATE INDEX edition_by_document ON edition (document_id, release_at);
CREATE INDEX edition_by_slug ON edition (slug);
CREATE INDEX edition_by_instant ON edition (release_at) WHERE release_at IS NOT NULL;
CREATE INDEX edition_by_column ON edition (organ_id, column_id, first_release_at DESC) WHERE release_at IS NOT NULL;
CREATE INDEX edition_by_kind ON edition (kind, first_release_at DESC) WHERE release_at IS NOT NULL;
CREATE INDEX edition_newest ON edition (first_release_at DESC, release_id) WHERE release_at IS NOT NULL;
CREATE INDEX edition_by_relation ON edition USING gin (related jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX edition_to_check ON edition (checked_at NULLS FIRST) WHERE release_at IS NOT NULL;

-- Files an edition shows: attachments, the cover, images of the body. Their bytes lie in our own blob store.
CREATE TABLE edition_file (
    release_id uuid    NOT NULL REFERENCES edition ON DELETE CASCADE,
    position   integer NOT NULL,
    role       text    NOT NULL CHECK (role IN ('attachment', 'cover', 'image')),
    name       text    NOT NULL,
    digest     text    NOT NULL,
    media_type text    NOT NULL,
    size       bigint  NOT NULL,
    PRIMARY KEY (release_id, position)
);
CREATE INDEX edition_file_by_digest ON edition_file (digest);

-- The search index. The row is kept narrow (the vectors go out of line), so that counting a common word reads
-- few pages; the instants are copied here for the same reason and are not indexed, so that an order does not
-- write the word index again.
CREATE TABLE search (
    release_id       uuid        PRIMARY KEY REFERENCES edition ON DELETE CASCADE,
    document_id      uuid        NOT NULL,
    release_at       timestamptz,
    superseded_at    timestamptz,
    first_release_at timestamptz,
    kind             text        NOT NULL,
    validity         text        NOT NULL,
    year             integer     NOT NULL,
    long             boolean     NOT NULL,
    grams            tsvector    NOT NULL,
    words            tsvector    NOT NULL,
    plain            text        NOT NULL
) WITH (fillfactor = 85, toast_tuple_target = 256);
CREATE INDEX search_by_gram ON search USING gin (grams) WITH (fastupdate = off);

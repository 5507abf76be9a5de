-- The case library: what closed cases teach, de-identified by construction; made again from the facts and the vault.
CREATE TABLE case_library (
    case_id        uuid        PRIMARY KEY,
    organ_id       uuid        NOT NULL,
    features       json        NOT NULL,
    tokens         text[]      NOT NULL,
    tokens_version text        NOT NULL,
    typical        boolean     NOT NULL,
    kept_at        timestamptz NOT NULL
);
CREATE INDEX case_library_tokens ON case_library USING gin (tokens);
CREATE INDEX case_library_typical ON case_library (organ_id, kept_at DESC) WHERE typical;
-- In how many cases of an organ a token stands, and how many tokens its cases have: what a word is worth.
CREATE TABLE library_token (
    organ_id uuid    NOT NULL,
    token    text    NOT NULL,
    cases    integer NOT NULL,
    PRIMARY KEY (organ_id, token)
);
CREATE TABLE library_size (
    organ_id uuid   PRIMARY KEY,
    cases    bigint NOT NULL,
    tokens   bigint NOT NULL
);

-- Earlier applications that may ask for the same as this one, until an officer has looked.
CREATE TABLE case_duplicate (
    case_id        uuid        NOT NULL,
    place          integer     NOT NULL,
    other          uuid        NOT NULL,
    verdict        text        NOT NULL,
    score          real        NOT NULL,
    same_applicant boolean     NOT NULL,
    why            text[]      NOT NULL,
    citation       text        NOT NULL,
    looked_at      timestamptz NOT NULL,
    PRIMARY KEY (case_id, place)
);

-- ── What facts cannot make again ───────────────────────────────────────────

-- What officers say about a case of the library; checked for personal data before it is kept.
CREATE TABLE library_comment (
    id      uuid        PRIMARY KEY,
    case_id uuid        NOT NULL,
    text    text        NOT NULL,
    by      uuid        NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX library_comment_of_case ON library_comment (case_id, made_at);

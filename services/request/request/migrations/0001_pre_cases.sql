-- Read models of applications. The register is the truth; rows of the first part can be made again from the facts.
-- No table here holds a name, a contact or a word of an applicant: those lie in the vault, and rows name its items.
CREATE TABLE case_row (
    id               uuid        PRIMARY KEY,
    organ_id         uuid        NOT NULL,
    state            text        NOT NULL,
    version          integer     NOT NULL,
    round            integer     NOT NULL DEFAULT 1,
    year             integer,
    serial           integer,
    number           text        NOT NULL DEFAULT '',
    topic            text        NOT NULL DEFAULT '',
    channel          text        NOT NULL,
    applicant_kind   text        NOT NULL,
    applicant        uuid,
    application_item uuid,
    supply_form      text        NOT NULL DEFAULT '',
    way              text        NOT NULL DEFAULT '',
    items            integer     NOT NULL DEFAULT 1,
    submitted_on     date        NOT NULL,
    received_on      date,
    awaiting         text        NOT NULL DEFAULT '',
    due_on           date,
    provisional      boolean     NOT NULL DEFAULT false,
    next_step        text        NOT NULL DEFAULT '',
    unit             text        NOT NULL DEFAULT '',
    handler          uuid,
    row              text,
    answered_on      date,
    late             boolean     NOT NULL DEFAULT false,
    closed_on        date,
    imported         boolean     NOT NULL DEFAULT false,
    typical          boolean     NOT NULL DEFAULT false,
    open             boolean     NOT NULL,
    joined_into      uuid,
    created_at       timestamptz NOT NULL,
    changed_at       timestamptz NOT NULL,
    changed_by       uuid,
    UNIQUE (organ_id, year, serial)
);
CREATE INDEX case_queue ON case_row (organ_id, due_on NULLS LAST, received_on, id) WHERE open;
CREATE INDEX case_list ON case_row (organ_id, changed_at DESC);
CREATE INDEX case_year ON case_row (organ_id, year, serial DESC);
CREATE INDEX case_topic ON case_row (organ_id, topic);
CREATE INDEX case_applicant ON case_row (applicant, submitted_on);
CREATE INDEX case_joined ON case_row (joined_into) WHERE joined_into IS NOT NULL;
CREATE INDEX case_handler ON case_row (organ_id, handler) WHERE open;
CREATE INDEX case_at_work ON case_row (changed_at) WHERE open;

CREATE TABLE letter (
    id        uuid        PRIMARY KEY,
    case_id   uuid        NOT NULL,
    kind      text        NOT NULL,
    number    text        NOT NULL,
    year      integer     NOT NULL,
    serial    integer     NOT NULL,
    digest    text        NOT NULL,
    issued_on date        NOT NULL,
    issued_by uuid,
    served    text,
    counts_on date,
    issued_at timestamptz NOT NULL
);
CREATE INDEX letter_of_case ON letter (case_id, issued_at);
CREATE INDEX letter_digest ON letter (digest);

CREATE TABLE consultation (
    letter      uuid PRIMARY KEY,
    case_id     uuid NOT NULL,
    whom        text NOT NULL,
    party       uuid,
    organ       text NOT NULL DEFAULT '',
    asked_on    date NOT NULL,
    received_on date,
    answer_by   date,
    opinion     text,
    answered_on date,
    reason_item uuid,
    reasonable  boolean
);
CREATE INDEX consultation_of_case ON consultation (case_id, asked_on);

CREATE TABLE fee (
    case_id     uuid          PRIMARY KEY,
    standard    text          NOT NULL,
    count       integer       NOT NULL,
    amount      numeric(12,2) NOT NULL,
    month       text          NOT NULL,
    noticed_on  date          NOT NULL,
    received_on date,
    pay_by      date,
    paid_on     date,
    receipt     text          NOT NULL DEFAULT '',
    exempted    text          NOT NULL DEFAULT '',
    lapsed_on   date
);

CREATE TABLE remedy (
    id          uuid PRIMARY KEY,
    case_id     uuid NOT NULL,
    kind        text NOT NULL,
    filed_on    date NOT NULL,
    received_on date NOT NULL,
    body        text NOT NULL DEFAULT '',
    number      text NOT NULL DEFAULT '',
    answer_by   date,
    answered_on date,
    result      text,
    decided_on  date
);
CREATE INDEX remedy_of_case ON remedy (case_id, filed_on);

CREATE TABLE searched (
    case_id uuid        NOT NULL,
    version integer     NOT NULL,
    places  text[]      NOT NULL,
    words   text[]      NOT NULL,
    by      uuid        NOT NULL,
    on_day  date        NOT NULL,
    found   integer     NOT NULL,
    PRIMARY KEY (case_id, version)
);

CREATE TABLE unit_task (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL,
    unit         text NOT NULL,
    asked_on     date NOT NULL,
    answer_by    date,
    answered_on  date,
    opinion_item uuid
);
CREATE INDEX unit_task_of_case ON unit_task (case_id, asked_on);

-- The review whether what one person was given should be public for everyone.
CREATE TABLE conversion (
    id            uuid        PRIMARY KEY,
    case_id       uuid        NOT NULL,
    organ_id      uuid        NOT NULL,
    round         integer     NOT NULL,
    advice        text        NOT NULL,
    rules_version text        NOT NULL,
    articles      text[]      NOT NULL,
    relook_on     date,
    reviewed_at   timestamptz NOT NULL,
    accepted      boolean,
    decision      text,
    reason        text        NOT NULL DEFAULT '',
    decided_by    uuid,
    decided_at    timestamptz,
    document_id   uuid,
    permalink     text,
    published_on  date
);
CREATE INDEX conversion_of_case ON conversion (case_id, reviewed_at);
CREATE INDEX conversion_open ON conversion (organ_id, reviewed_at) WHERE accepted IS NULL;

-- ── What facts cannot make again ───────────────────────────────────────────

-- The chain rule → fact → result of a review, and the facts it used; free of personal data.
CREATE TABLE conversion_chain (
    review_id uuid        PRIMARY KEY,
    case_id   uuid        NOT NULL,
    inputs    json        NOT NULL,
    chain     json        NOT NULL,
    made_at   timestamptz NOT NULL
);

-- Numbers without gaps: the row lock makes the second writer wait, a failed transaction gives its number back.
CREATE TABLE case_counter (
    organ_id uuid    NOT NULL,
    year     integer NOT NULL,
    last     integer NOT NULL,
    PRIMARY KEY (organ_id, year)
);
CREATE TABLE letter_counter (
    organ_id uuid    NOT NULL,
    series   text    NOT NULL,
    year     integer NOT NULL,
    last     integer NOT NULL,
    PRIMARY KEY (organ_id, series, year)
);

-- The frozen letter lies in the vault, under the key of the person to whom it goes.
CREATE TABLE letter_file (
    letter_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    form      text NOT NULL CHECK (form IN ('pdf', 'docx')),
    item_id   uuid NOT NULL,
    digest    text NOT NULL,
    PRIMARY KEY (letter_id, form)
);
CREATE INDEX letter_file_of_case ON letter_file (case_id);

-- One vault person for each applicant of an organ: found again by the keyed digest of the proof of identity.
CREATE TABLE applicant (
    organ_id  uuid        NOT NULL,
    proof     bytea       NOT NULL,
    person_id uuid        NOT NULL UNIQUE,
    since     timestamptz NOT NULL,
    PRIMARY KEY (organ_id, proof)
);
-- Third parties of a case.
CREATE TABLE third_party (
    person_id uuid        PRIMARY KEY,
    case_id   uuid        NOT NULL,
    item_id   uuid        NOT NULL,
    since     timestamptz NOT NULL
);
CREATE INDEX third_party_of_case ON third_party (case_id);

-- A query code finds a case; the second factor is bound to the code.
CREATE TABLE query_code (
    code    bytea       PRIMARY KEY,
    factor  bytea       NOT NULL,
    case_id uuid        NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX query_code_of_case ON query_code (case_id);
CREATE TABLE throttle (
    bucket        bytea       PRIMARY KEY,
    failures      integer     NOT NULL,
    window_start  timestamptz NOT NULL,
    blocked_until timestamptz
);
CREATE INDEX throttle_by_age ON throttle (window_start);

-- What an applicant typed and did not send: in the vault, bound to the browser's cookie, erased after a day.
CREATE TABLE applicant_draft (
    token     bytea       PRIMARY KEY,
    person_id uuid        NOT NULL UNIQUE,
    item_id   uuid        NOT NULL,
    saved_at  timestamptz NOT NULL,
    erase_at  timestamptz NOT NULL
);

-- Files of a case: what applicants attached (vault item), what officers put in or made (blob, free of secrets).
CREATE TABLE case_file (
    id         uuid        PRIMARY KEY,
    case_id    uuid        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('application', 'proof', 'source', 'redacted', 'remedy', 'other')),
    name       text        NOT NULL,
    media_type text        NOT NULL,
    size       bigint      NOT NULL,
    digest     text        NOT NULL,
    item_id    uuid        NOT NULL,
    made_from  text,
    added_by   uuid,
    added_at   timestamptz NOT NULL
);
CREATE INDEX case_file_of_case ON case_file (case_id, added_at);

-- The event and the application of another platform meet here, whichever comes first.
CREATE TABLE forwarded (
    organ_id         uuid        NOT NULL,
    external_id      text        NOT NULL,
    platform         text        NOT NULL DEFAULT '',
    pickup           text        NOT NULL,
    submitted_on     date,
    applicant_kind   text,
    person_id        uuid,
    application_item uuid,
    case_id          uuid,
    announced_at     timestamptz,
    handed_over_at   timestamptz,
    PRIMARY KEY (organ_id, external_id)
);

-- Words to applicants without content; the address lies in the vault.
CREATE TABLE outgoing_message (
    id           uuid        PRIMARY KEY,
    organ_id     uuid        NOT NULL,
    case_id      uuid        NOT NULL,
    medium       text        NOT NULL CHECK (medium IN ('email', 'sms')),
    kind         text        NOT NULL,
    text         text        NOT NULL,
    address_item uuid        NOT NULL,
    made_at      timestamptz NOT NULL,
    sent_at      timestamptz,
    tries        integer     NOT NULL DEFAULT 0,
    last_error   text        NOT NULL DEFAULT ''
);
CREATE INDEX outgoing_message_list ON outgoing_message (organ_id, made_at DESC);
CREATE INDEX outgoing_message_waiting ON outgoing_message (made_at) WHERE sent_at IS NULL;

-- What publication has published: an application may already be answered by it.
CREATE TABLE catalogue_column (
    organ_id    uuid NOT NULL,
    id          text NOT NULL,
    name        text NOT NULL,
    legal_basis text NOT NULL,
    place       bigint NOT NULL,
    PRIMARY KEY (organ_id, id)
);
CREATE TABLE published_document (
    document_id     uuid        PRIMARY KEY,
    organ_id        uuid        NOT NULL,
    title           text        NOT NULL,
    document_number text        NOT NULL DEFAULT '',
    permalink       text        NOT NULL,
    column_id       text        NOT NULL DEFAULT '',
    grams           text[]      NOT NULL,
    published_at    timestamptz NOT NULL,
    withdrawn       boolean     NOT NULL DEFAULT false
);
CREATE INDEX published_document_grams ON published_document USING gin (grams) WHERE NOT withdrawn;

-- Things a person must look at, until they are mended.
CREATE TABLE attention (
    case_id    uuid        NOT NULL,
    kind       text        NOT NULL,
    sentence   text        NOT NULL,
    due_on     date,
    raised_at  timestamptz NOT NULL,
    cleared_at timestamptz,
    PRIMARY KEY (case_id, kind)
);
CREATE INDEX attention_open ON attention (raised_at) WHERE cleared_at IS NULL;

-- What letters need besides the organ's own description.
CREATE TABLE organ_setting (
    organ_id            uuid        PRIMARY KEY,
    reconsideration_url text        NOT NULL,
    court               text        NOT NULL,
    how_to_pay          text        NOT NULL,
    changed_by          uuid        NOT NULL,
    changed_at          timestamptz NOT NULL
);

-- What identity was told of waiting work, so that only changes are told.
CREATE TABLE notice_told (
    key     text        PRIMARY KEY,
    digest  text        NOT NULL,
    told_at timestamptz NOT NULL
);
-- The running clocks of one case.
CREATE INDEX clock_of_case ON clock ((payload ->> 'case_id')) WHERE fired_at IS NULL AND stopped_at IS NULL;

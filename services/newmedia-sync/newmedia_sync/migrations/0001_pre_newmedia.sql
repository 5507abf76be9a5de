-- The register of accounts as pages read it; rebuilt from the facts. Credentials lie in the vault, here only their number.
CREATE TABLE account (
    account_id    uuid        PRIMARY KEY,
    organ_id      uuid        NOT NULL,
    platform      text        NOT NULL CHECK (platform IN ('wechat', 'weibo')),
    handle        text        NOT NULL,
    state         text        NOT NULL CHECK (state IN ('opened', 'filed', 'closed')),
    card          json        NOT NULL,
    filing_number text        NOT NULL DEFAULT '',
    opened_at     timestamptz NOT NULL,
    filed_at      timestamptz,
    closed_at     timestamptz,
    closing_reason text       NOT NULL DEFAULT '',
    link          text        NOT NULL CHECK (link IN ('never', 'connected', 'broken')),
    link_code     text        NOT NULL DEFAULT '',
    link_reason   text        NOT NULL DEFAULT '',
    link_since    timestamptz,
    credentials   uuid,
    check_at      timestamptz,
    version       integer     NOT NULL
);
-- 国办发〔2018〕123号: one account per unit and platform; and nobody registers an account that somebody else registered.
CREATE UNIQUE INDEX account_one_per_platform ON account (organ_id, platform) WHERE state <> 'closed';
CREATE UNIQUE INDEX account_one_per_handle ON account (platform, handle) WHERE state <> 'closed';
CREATE INDEX account_to_check ON account (check_at) WHERE check_at IS NOT NULL;

-- One row per release and account: what is true of it, and what the courier does next.
CREATE TABLE delivery (
    delivery_id  uuid        PRIMARY KEY,
    organ_id     uuid        NOT NULL,
    document_id  uuid        NOT NULL,
    release_id   uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    title        text        NOT NULL,
    change       text        NOT NULL,
    permalink    text        NOT NULL,
    state        text        NOT NULL,
    code         text        NOT NULL DEFAULT '',
    reason       text        NOT NULL DEFAULT '',
    rendition    text        NOT NULL DEFAULT '',
    job          text        NOT NULL DEFAULT '',
    post_id      text        NOT NULL DEFAULT '',
    url          text        NOT NULL DEFAULT '',
    notes        json        NOT NULL DEFAULT '[]',
    release_at   timestamptz,
    acted_at     timestamptz,
    live_at      timestamptz,
    step         text,
    next_at      timestamptz,
    asked_times  integer     NOT NULL DEFAULT 0,
    since        timestamptz NOT NULL,
    seen_at      timestamptz,
    begun_at     timestamptz NOT NULL,
    version      integer     NOT NULL
);
CREATE INDEX delivery_due ON delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_of_release ON delivery (release_id);
CREATE INDEX delivery_of_document ON delivery (document_id, account_id);
CREATE INDEX delivery_of_job ON delivery (account_id, job) WHERE job <> '';
CREATE INDEX delivery_latest ON delivery (organ_id, begun_at DESC);

-- What was spent today of the platform's daily quotas.
CREATE TABLE budget (
    account_id uuid    NOT NULL,
    day        date    NOT NULL,
    quota      text    NOT NULL,
    used       integer NOT NULL CHECK (used >= 0),
    PRIMARY KEY (account_id, day, quota)
);

-- Pushed events that were read; platforms resend what was not answered in time.
CREATE TABLE push_seen (
    account_id uuid        NOT NULL,
    key        text        NOT NULL,
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, key)
);

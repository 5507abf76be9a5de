-- What citizens found wrong on the site. Their words, their contact and our reply lie in the vault; here are item ids only.
CREATE TABLE site_error (
    id          uuid        PRIMARY KEY,
    organ_id    uuid        NOT NULL,
    receipt     text        NOT NULL UNIQUE,
    page        text        NOT NULL,
    about       text        NOT NULL CHECK (about IN ('wording', 'outdated', 'link', 'display', 'other')),
    words       uuid        NOT NULL,
    has_contact boolean     NOT NULL,
    received_at timestamptz NOT NULL,
    due_on      date        NOT NULL,
    overdue     boolean     NOT NULL DEFAULT false,
    outcome     text        CHECK (outcome IN ('corrected', 'no-error', 'forwarded')),
    reply       uuid,
    answered_by uuid,
    answered_at timestamptz,
    forgotten   boolean     NOT NULL DEFAULT false
);
CREATE INDEX site_error_open ON site_error (organ_id, due_on) WHERE answered_at IS NULL;
CREATE INDEX site_error_answered ON site_error (organ_id, answered_at DESC) WHERE answered_at IS NOT NULL;

-- How often something was tried from one place: a keyed digest of the place, never the place.
CREATE TABLE site_error_try (
    bucket bytea       PRIMARY KEY,
    began  timestamptz NOT NULL,
    tries  integer     NOT NULL
);

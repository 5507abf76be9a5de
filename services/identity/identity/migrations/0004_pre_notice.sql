-- Waiting work that other services report: what is to be done and where, never what the document says.
CREATE TABLE notice (
    service     text        NOT NULL,
    key         text        NOT NULL,
    organ_id    uuid        NOT NULL,
    action      text        NOT NULL,
    href        text        NOT NULL,
    label       text        NOT NULL DEFAULT '',
    unit        text        NOT NULL DEFAULT '',
    person_ids  uuid[]      NOT NULL DEFAULT '{}',
    except_ids  uuid[]      NOT NULL DEFAULT '{}',
    due_at      timestamptz,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (service, key)
);
CREATE INDEX notice_by_organ ON notice (organ_id, due_at);

-- Who was written to about what, so that nobody is written to twice.
CREATE TABLE notice_mail (
    service   text        NOT NULL,
    key       text        NOT NULL,
    person_id uuid        NOT NULL,
    sent_at   timestamptz NOT NULL,
    PRIMARY KEY (service, key, person_id),
    FOREIGN KEY (service, key) REFERENCES notice ON DELETE CASCADE
);

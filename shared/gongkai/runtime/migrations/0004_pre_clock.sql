-- Every clock is a row: what is due, when, by which rule, and how the date was counted.
CREATE TABLE clock (
    kind             text        NOT NULL,
    subject          text        NOT NULL,
    due_at           timestamptz NOT NULL,
    payload          json        NOT NULL DEFAULT '{}',
    rule             text        NOT NULL DEFAULT '',
    article          text        NOT NULL DEFAULT '',
    counted          json,
    calendar_version text        NOT NULL DEFAULT '',
    provisional      boolean     NOT NULL DEFAULT false,
    set_at           timestamptz NOT NULL,
    not_before       timestamptz,
    tries            integer     NOT NULL DEFAULT 0,
    last_error       text        NOT NULL DEFAULT '',
    fired_at         timestamptz,
    stopped_at       timestamptz,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX clock_running ON clock (greatest(due_at, not_before))
    WHERE fired_at IS NULL AND stopped_at IS NULL;

-- What identity was told of waiting work, so that only changes are told.
CREATE TABLE notice_told (
    key     text        PRIMARY KEY,
    digest  text        NOT NULL,
    told_at timestamptz NOT NULL
);
CREATE INDEX document_at_work ON document (changed_at)
    WHERE state IN ('Drafting', 'Reviewing', 'ChangeProposed') OR owed <> '{}';

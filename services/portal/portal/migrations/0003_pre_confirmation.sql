-- Where a platform shows a document. It says so after the release is closed, so it is kept beside what was said then.
CREATE TABLE confirmation (
    release_id   uuid        NOT NULL,
    channel      text        NOT NULL,
    url          text        NOT NULL,
    confirmed_at timestamptz NOT NULL,
    PRIMARY KEY (release_id, channel)
);

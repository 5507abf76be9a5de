-- What an organ adds to the word lists and takes out of them; every change keeps its author and its day.
CREATE TABLE word_list (
    organ_id   uuid        NOT NULL,
    revision   integer     NOT NULL CHECK (revision > 0),
    edits      json        NOT NULL,
    changed_by uuid        NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (organ_id, revision)
);

-- What was sent under a code, as a keyed digest: the same submission sent again makes no second case.
ALTER TABLE query_code ADD COLUMN content bytea NOT NULL DEFAULT ''::bytea;

-- The register: append-only facts. (aggregate_id, version) is the lock: the second writer of a version loses.
-- Each row carries the digest of the row before it in its aggregate; seals gather all rows so that a cut tail shows too.
CREATE TABLE register (
    position     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    aggregate    text        NOT NULL,
    aggregate_id uuid        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    kind         text        NOT NULL,
    data         json        NOT NULL,
    actor        text        NOT NULL,
    cause        uuid,
    recorded_at  timestamptz NOT NULL,
    digest       bytea       NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (aggregate_id, version)
);
CREATE INDEX register_by_aggregate ON register (aggregate, aggregate_id);

CREATE TABLE register_seal (
    number       bigint      PRIMARY KEY CHECK (number > 0),
    from_position bigint     NOT NULL,
    to_position  bigint      NOT NULL,
    rows         bigint      NOT NULL,
    heads        json        NOT NULL,
    root         bytea       NOT NULL CHECK (length(root) = 32),
    key_id       text        NOT NULL,
    signature    bytea       NOT NULL,
    sealed_at    timestamptz NOT NULL
);

CREATE FUNCTION register_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the register is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER register_no_change BEFORE UPDATE OR DELETE ON register
    FOR EACH ROW EXECUTE FUNCTION register_is_append_only();
CREATE TRIGGER register_no_truncate BEFORE TRUNCATE ON register
    FOR EACH STATEMENT EXECUTE FUNCTION register_is_append_only();
CREATE TRIGGER register_seal_no_change BEFORE UPDATE OR DELETE ON register_seal
    FOR EACH ROW EXECUTE FUNCTION register_is_append_only();
CREATE TRIGGER register_seal_no_truncate BEFORE TRUNCATE ON register_seal
    FOR EACH STATEMENT EXECUTE FUNCTION register_is_append_only();

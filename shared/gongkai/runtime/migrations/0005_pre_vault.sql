-- The vault: people and credentials, encrypted. One data key per person, wrapped by a master key that does not
-- lie in the database. An erased person's key is gone, and with it every item; the rows stay as proof of erasure.
CREATE TABLE vault_key (
    person_id   uuid        PRIMARY KEY,
    wrapped_key bytea,
    created_at  timestamptz NOT NULL,
    erased_at   timestamptz,
    CHECK ((wrapped_key IS NULL) = (erased_at IS NOT NULL))
);

CREATE TABLE vault_item (
    id          uuid        PRIMARY KEY,
    person_id   uuid        NOT NULL REFERENCES vault_key,
    kind        text        NOT NULL CHECK (kind ~ '^[a-z][a-z0-9-]{0,59}$'),
    nonce       bytea       NOT NULL CHECK (length(nonce) = 12),
    ciphertext  bytea       NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX vault_item_by_person ON vault_item (person_id);

-- Who read what, and why. Append-only, like every record of access.
CREATE TABLE vault_read (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id     uuid        NOT NULL REFERENCES vault_item,
    who         text        NOT NULL CHECK (who <> ''),
    why         text        NOT NULL CHECK (why <> ''),
    read_at     timestamptz NOT NULL
);
CREATE INDEX vault_read_by_item ON vault_read (item_id, read_at);

CREATE FUNCTION vault_read_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of reads is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER vault_read_no_change BEFORE UPDATE OR DELETE ON vault_read
    FOR EACH ROW EXECUTE FUNCTION vault_read_is_append_only();
CREATE TRIGGER vault_read_no_truncate BEFORE TRUNCATE ON vault_read
    FOR EACH STATEMENT EXECUTE FUNCTION vault_read_is_append_only();

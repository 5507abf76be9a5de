-- keep --
-- The newest of what a person typed into a document; what it replaces is taken out of the vault, or blanked when its
-- reading is on record.
WITH before AS (SELECT item FROM autosave WHERE document_id = $1 AND person = $2 FOR UPDATE),
     kept AS (
    INSERT INTO autosave (document_id, person, edition, item, saved_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (document_id, person) DO UPDATE SET
        edition = excluded.edition, item = excluded.item, content = NULL, saved_at = excluded.saved_at),
     unread AS (
    DELETE FROM vault_item WHERE id = (SELECT item FROM before)
        AND NOT EXISTS (SELECT FROM vault_read WHERE item_id = vault_item.id))
UPDATE vault_item SET ciphertext = '' WHERE id = (SELECT item FROM before)
    AND EXISTS (SELECT FROM vault_read WHERE item_id = vault_item.id)

-- one --
SELECT edition, item, saved_at FROM autosave WHERE document_id = $1 AND person = $2 AND item IS NOT NULL

-- drop --
-- Saved for good, or given up.
WITH gone AS (DELETE FROM autosave WHERE document_id = $1 AND person = $2 RETURNING item),
     unread AS (
    DELETE FROM vault_item WHERE id IN (SELECT item FROM gone)
        AND NOT EXISTS (SELECT FROM vault_read WHERE item_id = vault_item.id))
UPDATE vault_item SET ciphertext = '' WHERE id IN (SELECT item FROM gone)
    AND EXISTS (SELECT FROM vault_read WHERE item_id = vault_item.id)

-- in_clear --
-- What an older version left outside the vault.
SELECT document_id, person, edition, content::text AS content FROM autosave WHERE content IS NOT NULL
LIMIT 50 FOR UPDATE SKIP LOCKED

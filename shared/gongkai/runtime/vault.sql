-- key_of --
-- The person's data key; held until commit, so that an erasure waits for a value that is being put.
SELECT wrapped_key FROM vault_key WHERE person_id = $1 FOR SHARE

-- key_or_first --
-- The same, and the first key of somebody who has none; the loser of a race gets nothing and asks again.
WITH known AS (SELECT wrapped_key FROM vault_key WHERE person_id = $1 FOR SHARE),
     first AS (INSERT INTO vault_key (person_id, wrapped_key, created_at) SELECT $1, $2, $3
               WHERE NOT EXISTS (SELECT FROM known) ON CONFLICT DO NOTHING RETURNING wrapped_key)
SELECT wrapped_key FROM known UNION ALL SELECT wrapped_key FROM first

-- add_item --
INSERT INTO vault_item (id, person_id, kind, nonce, ciphertext, created_at) VALUES ($1, $2, $3, $4, $5, $6)

-- read_item --
-- Nothing is returned that is not recorded: the read and its record are one statement.
WITH found AS (
    SELECT item.id, item.person_id, item.kind, item.nonce, item.ciphertext, key.wrapped_key
    FROM vault_item AS item JOIN vault_key AS key USING (person_id)
    WHERE item.id = $1
), noted AS (
    INSERT INTO vault_read (item_id, who, why, read_at) SELECT found.id, $2, $3, $4 FROM found
)
SELECT found.person_id, found.kind, found.nonce, found.ciphertext, found.wrapped_key FROM found

-- erase_key --
-- A person of whom we hold nothing gets the mark of erasure too: nothing may be put later.
INSERT INTO vault_key (person_id, wrapped_key, created_at, erased_at) VALUES ($1, NULL, $2, $2)
ON CONFLICT (person_id) DO UPDATE SET wrapped_key = NULL, erased_at = excluded.erased_at
WHERE vault_key.erased_at IS NULL
RETURNING person_id

-- blank_items --
UPDATE vault_item SET ciphertext = '' WHERE person_id = $1 AND ciphertext <> ''

-- wrapped_keys --
SELECT person_id, wrapped_key FROM vault_key WHERE wrapped_key IS NOT NULL ORDER BY person_id FOR UPDATE

-- rewrap_key --
UPDATE vault_key SET wrapped_key = $2 WHERE person_id = $1 AND wrapped_key IS NOT NULL

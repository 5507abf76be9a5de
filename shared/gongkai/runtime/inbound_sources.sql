-- add_source --
INSERT INTO event_source (
    source, id, organ_id, name, secret_items, allowed_types, active, created_at, changed_at
) VALUES ($1, $2, $3, $4, $5, $6, true, $7, $7)
ON CONFLICT (source) DO NOTHING
RETURNING source

-- find_source --
SELECT source, id, organ_id, name, secret_items, allowed_types, active FROM event_source WHERE source = $1

-- lock_source --
SELECT source, id, organ_id, name, secret_items, allowed_types, active FROM event_source WHERE source = $1 FOR UPDATE

-- list_sources --
SELECT source, id, organ_id, name, secret_items, allowed_types, active FROM event_source
WHERE organ_id = $1
ORDER BY source

-- set_secrets --
UPDATE event_source SET secret_items = $2, changed_at = $3 WHERE source = $1

-- change_source --
UPDATE event_source SET allowed_types = $2, active = $3, changed_at = $4 WHERE source = $1 RETURNING source

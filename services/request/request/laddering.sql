-- in_force --
-- The rungs that drafts of a day climb: the latest beginning counts, of two with the same the later word.
SELECT rungs FROM organ_ladder WHERE organ_id = $1 AND from_on <= $2 ORDER BY from_on DESC, version DESC LIMIT 1

-- settings --
-- All that an organ has set, the newest first.
SELECT version, rungs, from_on, reason, set_by, set_at FROM organ_ladder WHERE organ_id = $1 ORDER BY version DESC

-- keep --
-- One setting.
INSERT INTO organ_ladder (organ_id, version, rungs, from_on, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- empty --
-- Before the settings are made again from the facts.
DELETE FROM organ_ladder

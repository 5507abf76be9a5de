-- keep --
-- The report as its facts leave it.
INSERT INTO site_error (
    id, organ_id, receipt, page, about, words, has_contact, received_at, due_on, overdue, outcome, reply, answered_by,
    answered_at, forgotten)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz, $9, $10, $11, $12, $13, CASE WHEN $11::text IS NULL THEN NULL ELSE $8::timestamptz END, $14)
ON CONFLICT (id) DO UPDATE SET
    due_on = excluded.due_on, overdue = excluded.overdue, outcome = excluded.outcome, reply = excluded.reply,
    answered_by = excluded.answered_by, forgotten = excluded.forgotten,
    answered_at = CASE WHEN excluded.outcome IS NULL THEN NULL ELSE coalesce(site_error.answered_at, $8::timestamptz) END

-- of_organ --
-- What waits, the nearest date first; then what was answered, the newest first.
SELECT * FROM site_error WHERE organ_id = $1 AND (answered_at IS NULL) = $2
ORDER BY CASE WHEN $2 THEN due_on END, CASE WHEN NOT $2 THEN answered_at END DESC, received_at, id
LIMIT $3 OFFSET $4

-- how_many --
SELECT count(*) FILTER (WHERE answered_at IS NULL) AS open,
       count(*) FILTER (WHERE answered_at IS NULL AND due_on < $2) AS late,
       count(*) FILTER (WHERE answered_at IS NOT NULL) AS answered
FROM site_error WHERE organ_id = $1

-- one --
SELECT * FROM site_error WHERE organ_id = $1 AND id = $2

-- by_receipt --
SELECT * FROM site_error WHERE receipt = $1

-- waiting --
-- What waits for an answer, of every organ.
SELECT id, organ_id, receipt, due_on FROM site_error WHERE answered_at IS NULL ORDER BY due_on, id

-- lock --
-- Two answers wait for each other, and the second sees the first.
SELECT organ_id FROM site_error WHERE id = $1 FOR UPDATE

-- count_try --
-- One more try in this hour; the first of a new hour forgets the hour before.
INSERT INTO site_error_try (bucket, began, tries) VALUES ($1, $2, 1)
ON CONFLICT (bucket) DO UPDATE SET
    tries = CASE WHEN site_error_try.began <= $2 - $3::interval THEN 1 ELSE site_error_try.tries + 1 END,
    began = CASE WHEN site_error_try.began <= $2 - $3::interval THEN $2 ELSE site_error_try.began END
RETURNING began, tries

-- forget_tries --
DELETE FROM site_error_try WHERE began <= $1

-- empty --
DELETE FROM site_error

-- clocks_of_other_calendars --
-- Running clocks that were counted with another calendar than the one in force.
SELECT subject FROM clock
WHERE kind = $2 AND fired_at IS NULL AND stopped_at IS NULL AND calendar_version <> $1 ORDER BY subject LIMIT 200

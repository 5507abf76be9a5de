-- What applicants object to, beside their cases.

-- keep --
-- An objection as it was raised.
INSERT INTO objection (id, case_id, about, item_id, raised_on) VALUES ($1, $2, $3, $4, $5)

-- keep_answer --
-- What was answered, and by whom.
UPDATE objection SET answer_item = $2, answered_on = $3, answered_by = $4 WHERE id = $1

-- of_case --
-- Everything that was objected to in a case, in the order in which it came.
SELECT id, about, item_id, raised_on, answer_item, answered_on, answered_by FROM objection
WHERE case_id = $1 ORDER BY raised_on, id

-- empty --
-- Take away what the facts can make again.
DELETE FROM objection

-- What conversion reviews came to, read for the next review, for figures and for reviewing all of them again.

-- same_information --
-- Decided reviews of the same information: by the officers' own words for it, or of cases that were found to be the same.
SELECT c.id, c.case_id, c.advice, c.accepted, c.decision, c.permalink,
       (c.reviewed_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day
FROM conversion AS c JOIN case_row AS r ON r.id = c.case_id
WHERE c.organ_id = $1 AND c.accepted IS NOT NULL AND (c.case_id = ANY($3) OR ($2 <> '' AND r.topic = $2))
ORDER BY c.reviewed_at DESC, c.id LIMIT 50

-- kept --
-- Every kept review of an organ with what it looked at.
SELECT k.review_id, k.inputs, k.chain FROM conversion_chain AS k JOIN case_row AS c ON c.id = k.case_id
WHERE c.organ_id = $1 ORDER BY k.made_at, k.review_id

-- one --
-- One kept review of a case.
SELECT k.inputs, k.chain FROM conversion_chain AS k JOIN case_row AS c ON c.id = k.case_id
WHERE c.organ_id = $1 AND k.case_id = $2 AND k.review_id = $3

-- courses --
-- The reviews of a span of time with what became of them; those that went the same way count together.
SELECT c.advice, c.accepted, c.decision, c.reason, c.relook_on, c.published_on, k.answered_on, k.rules,
       (c.reviewed_at AT TIME ZONE 'Asia/Shanghai')::date AS reviewed_on,
       (c.decided_at AT TIME ZONE 'Asia/Shanghai')::date AS decided_on, count(*)::integer AS times
FROM conversion AS c JOIN conversion_chain AS k ON k.review_id = c.id
WHERE c.organ_id = $1 AND c.reviewed_at >= $2 AND c.reviewed_at < $3
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10

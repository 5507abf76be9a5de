-- The case library: kept by a timer after a case has taught something, searched while an officer drafts.

-- kept_tokens --
-- The tokens under which a case stands in the library.
SELECT organ_id, tokens FROM case_library WHERE case_id = $1 FOR UPDATE

-- keep --
-- A case as it teaches now.
INSERT INTO case_library (case_id, organ_id, features, tokens, tokens_version, typical, kept_at)
VALUES ($1, $2, $3::text::json, $4, $5, $6, $7)
ON CONFLICT (case_id) DO UPDATE SET features = excluded.features, tokens = excluded.tokens,
    tokens_version = excluded.tokens_version, typical = excluded.typical, kept_at = excluded.kept_at

-- drop --
-- A case that is open again teaches nothing yet.
DELETE FROM case_library WHERE case_id = $1

-- count --
-- One more case for each of these tokens.
INSERT INTO library_token (organ_id, token, cases) SELECT $1, t.token, 1 FROM unnest($2::text[]) AS t(token) ORDER BY t.token
ON CONFLICT (organ_id, token) DO UPDATE SET cases = library_token.cases + 1

-- uncount --
-- One case less for each of these tokens.
UPDATE library_token SET cases = cases - 1 WHERE organ_id = $1 AND token = ANY($2)

-- resize --
-- How many cases there are, and how many tokens they have.
INSERT INTO library_size (organ_id, cases, tokens) VALUES ($1, $2, $3)
ON CONFLICT (organ_id) DO UPDATE SET cases = library_size.cases + excluded.cases, tokens = library_size.tokens + excluded.tokens

-- size --
-- How large the library of an organ is.
SELECT cases, tokens FROM library_size WHERE organ_id = $1

-- standing --
-- In how many cases these tokens stand.
SELECT token, cases FROM library_token WHERE organ_id = $1 AND token = ANY($2) AND cases > 0

-- holding --
-- The cases that share most of the weightiest tokens; each token is looked up by itself, and a common one is cut short.
SELECT l.case_id, l.features, r.number
FROM (SELECT case_id, count(*) AS shared
      FROM unnest($2::text[]) AS wanted(token),
           LATERAL (SELECT case_id FROM case_library
                    WHERE organ_id = $1 AND tokens @> ARRAY[wanted.token] LIMIT 5000) AS held
      GROUP BY case_id ORDER BY shared DESC, case_id LIMIT $3) AS best
JOIN case_library AS l USING (case_id) JOIN case_row AS r ON r.id = l.case_id

-- typical --
-- The typical cases of an organ, the newest first.
SELECT l.case_id, l.features, r.number FROM case_library AS l JOIN case_row AS r ON r.id = l.case_id
WHERE l.organ_id = $1 AND l.typical ORDER BY l.kept_at DESC, l.case_id LIMIT $2 OFFSET $3

-- one --
-- One case of the library.
SELECT l.case_id, l.features, r.number FROM case_library AS l JOIN case_row AS r ON r.id = l.case_id
WHERE l.organ_id = $1 AND l.case_id = $2

-- cut_otherwise --
-- Cases whose words were cut by an earlier way of cutting.
SELECT case_id FROM case_library WHERE tokens_version <> $1 ORDER BY case_id

-- keep_comment --
-- What an officer says about a case.
INSERT INTO library_comment (id, case_id, text, by, made_at) VALUES ($1, $2, $3, $4, $5)

-- comments --
-- What officers said about a case.
SELECT id, text, by, made_at FROM library_comment WHERE case_id = $1 ORDER BY made_at, id

-- of_applicant --
-- Earlier applications of the same applicant, the newest first; a paper that was split is known by its parts.
SELECT id, number, application_item, coalesce(received_on, submitted_on) AS came_on, answered_on FROM case_row
WHERE organ_id = $1 AND applicant = $2 AND id <> $3 AND state NOT IN ('SplitUp', 'Withdrawn')
  AND created_at <= (SELECT created_at FROM case_row WHERE id = $3)
ORDER BY created_at DESC, id LIMIT $4

-- of_others --
-- Earlier applications of others, as officers named them: those that are open and those that the library suggests.
SELECT id, number, topic, applicant, coalesce(received_on, submitted_on) AS came_on, answered_on FROM case_row
WHERE organ_id = $1 AND applicant IS DISTINCT FROM $2 AND id <> $3 AND topic <> '' AND state NOT IN ('SplitUp', 'Withdrawn')
  AND (open OR id = ANY($4)) AND created_at <= (SELECT created_at FROM case_row WHERE id = $3)
ORDER BY (id = ANY($4)) DESC, created_at DESC, id LIMIT $5

-- drop_duplicates --
-- What was found before.
DELETE FROM case_duplicate WHERE case_id = $1

-- keep_duplicate --
-- One application that may ask for the same.
INSERT INTO case_duplicate (case_id, place, other, verdict, score, same_applicant, why, citation, looked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- duplicates --
-- Applications that may ask for the same as this one, the most serious first.
SELECT d.other AS id, r.number, r.topic, r.state, d.verdict, d.score, d.same_applicant, d.why, d.citation
FROM case_duplicate AS d JOIN case_row AS r ON r.id = d.other WHERE d.case_id = $1 ORDER BY d.place

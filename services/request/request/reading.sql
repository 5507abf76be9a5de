-- case --
-- One case of an organ.
SELECT * FROM case_row WHERE id = $1 AND organ_id = $2

-- attention_of --
-- What a person must look at.
SELECT case_id, kind, sentence, due_on, raised_at FROM attention WHERE case_id = ANY($1) AND cleared_at IS NULL
ORDER BY raised_at, kind

-- letters --
-- Letters of a case, in the order in which they were issued, with that of another case which answers this one, too.
-- Of a letter to somebody who was erased only the number and the digest are left.
SELECT l.id, l.kind, l.number, l.digest, l.issued_on, l.issued_by, l.served, l.counts_on,
       coalesce(array_agg(f.form ORDER BY f.form) FILTER (WHERE f.form IS NOT NULL), '{}') AS forms,
       coalesce(bool_or(k.erased_at IS NOT NULL), false) AS erased
FROM letter AS l LEFT JOIN letter_file AS f ON f.letter_id = l.id
LEFT JOIN vault_item AS v ON v.id = f.item_id LEFT JOIN vault_key AS k ON k.person_id = v.person_id
WHERE l.case_id = $1 OR l.id = ANY (ARRAY(SELECT a.letter FROM answered_with AS a WHERE a.case_id = $1))
GROUP BY l.id ORDER BY l.issued_at, l.number

-- letter_file --
-- Where one form of a letter lies.
SELECT f.item_id, f.digest, l.number, l.kind, l.served FROM letter_file AS f JOIN letter AS l ON l.id = f.letter_id
WHERE f.letter_id = $1 AND f.form = $3 AND (
    f.case_id = $2 OR EXISTS (SELECT FROM answered_with AS a WHERE a.case_id = $2 AND a.letter = f.letter_id))

-- verify_letter --
-- A letter by the digest of the file that somebody holds; what it says is not told.
SELECT l.number, l.kind, l.issued_on, l.served, c.organ_id FROM letter AS l JOIN case_row AS c ON c.id = l.case_id
WHERE l.digest = $1 OR l.id IN (SELECT letter_id FROM letter_file WHERE digest = $1)

-- letter_by_id --
-- What the page of the code on a letter may tell: no word of what the letter says, and nobody's name.
SELECT l.number, l.kind, l.issued_on, l.digest, f.check_code, c.organ_id
FROM letter AS l JOIN case_row AS c ON c.id = l.case_id
JOIN letter_file AS f ON f.letter_id = l.id AND f.form = 'pdf' WHERE l.id = $1

-- consultations --
-- Whose opinion was asked.
SELECT c.*, k.erased_at IS NOT NULL AS erased
FROM consultation AS c LEFT JOIN third_party AS p ON p.consultation = c.letter
LEFT JOIN vault_key AS k ON k.person_id = coalesce(c.party, p.person_id)
WHERE c.case_id = $1 ORDER BY c.asked_on, c.letter

-- people --
-- Everybody of a case of whom the vault holds something, and who was erased when.
WITH somebody AS (
    SELECT applicant AS person_id, 'applicant' AS role, created_at AS since, NULL::uuid AS consultation
    FROM case_row WHERE id = $1 AND applicant IS NOT NULL
    UNION ALL
    SELECT p.person_id, p.role, p.since, p.consultation FROM third_party AS p
    WHERE p.role <> 'same-person'
      AND (p.case_id = $1 OR p.of_person = (SELECT applicant FROM case_row WHERE id = $1))
)
SELECT s.*, k.erased_at FROM somebody AS s LEFT JOIN vault_key AS k USING (person_id)
ORDER BY s.role <> 'applicant', s.since, s.person_id

-- fee --
-- The fee of a case.
SELECT * FROM fee WHERE case_id = $1

-- remedies --
-- What was filed against a case.
SELECT * FROM remedy WHERE case_id = $1 ORDER BY filed_on, id

-- searches --
-- Where the information was looked for.
SELECT places, words, by, on_day, found FROM searched WHERE case_id = $1 ORDER BY version

-- unit_tasks --
-- Which units were asked.
SELECT * FROM unit_task WHERE case_id = $1 ORDER BY asked_on, id

-- files --
-- Files of a case.
SELECT f.id, f.kind, f.name, f.media_type, f.size, f.digest, f.made_from, f.added_by, f.added_at,
       k.erased_at IS NOT NULL AS erased
FROM case_file AS f JOIN vault_item AS v ON v.id = f.item_id LEFT JOIN vault_key AS k ON k.person_id = v.person_id
WHERE f.case_id = $1 ORDER BY f.added_at, f.id

-- file --
-- One file of a case.
SELECT id, kind, name, media_type, size, digest, item_id FROM case_file WHERE id = $1 AND case_id = $2

-- conversions --
-- The conversion reviews of a case, with their chains.
SELECT c.*, k.chain FROM conversion AS c LEFT JOIN conversion_chain AS k ON k.review_id = c.id
WHERE c.case_id = $1 ORDER BY c.reviewed_at, c.id

-- considered --
-- What one review of a case knew, and what it said.
SELECT c.*, k.inputs, k.chain FROM conversion AS c JOIN conversion_chain AS k ON k.review_id = c.id
WHERE c.case_id = $1 AND c.id = $2

-- conversions_waiting --
-- Reviews that nobody has decided: of each case the newest, and of a refusal only what may not stay refused.
SELECT c.*, r.number, r.topic FROM conversion AS c JOIN case_row AS r ON r.id = c.case_id
WHERE c.organ_id = $1 AND c.accepted IS NULL AND NOT (c.advice = 'keep' AND r.row LIKE 'd%')
  AND NOT EXISTS (SELECT 1 FROM conversion AS later
                  WHERE later.case_id = c.case_id AND later.reviewed_at > c.reviewed_at)
ORDER BY c.reviewed_at DESC, c.id LIMIT $2 OFFSET $3

-- conversions_all --
-- Every review, the newest first.
SELECT c.*, r.number, r.topic FROM conversion AS c JOIN case_row AS r ON r.id = c.case_id
WHERE c.organ_id = $1 ORDER BY c.reviewed_at DESC, c.id LIMIT $2 OFFSET $3

-- clocks --
-- Running clocks of a case.
SELECT kind, subject, due_at, payload ->> 'due_on' AS due_on, rule, article, counted, provisional FROM clock
WHERE payload ->> 'case_id' = $1 AND fired_at IS NULL AND stopped_at IS NULL ORDER BY due_at, kind

-- reads --
-- Who looked at what of the people of a case, and why.
SELECT v.kind, r.who, r.why, r.read_at FROM vault_read AS r JOIN vault_item AS v ON v.id = r.item_id
WHERE v.person_id IN (
    SELECT applicant FROM case_row WHERE id = $1
    UNION ALL SELECT person_id FROM third_party
    WHERE case_id = $1 OR of_person = (SELECT applicant FROM case_row WHERE id = $1))
ORDER BY r.read_at DESC, r.id DESC LIMIT 500

-- messages --
-- Messages to applicants, the newest first; where they go lies in the vault.
SELECT m.id, m.case_id, m.medium, m.kind, m.text, m.address_item, m.made_at, m.sent_at, m.via, m.tries, m.last_error,
       m.next_try_at, m.given_up_at, c.number, c.topic,
       CASE WHEN m.sent_at IS NOT NULL AND m.via = 'captured' THEN 'captured' WHEN m.sent_at IS NOT NULL THEN 'sent'
            WHEN m.given_up_at IS NOT NULL THEN 'failed' ELSE 'waiting' END AS state
FROM outgoing_message AS m JOIN case_row AS c ON c.id = m.case_id
WHERE m.organ_id = $1 AND ($2::uuid IS NULL OR m.case_id = $2)
  AND ($3::text = '' OR $3 = CASE WHEN m.sent_at IS NOT NULL AND m.via = 'captured' THEN 'captured'
       WHEN m.sent_at IS NOT NULL THEN 'sent' WHEN m.given_up_at IS NOT NULL THEN 'failed' ELSE 'waiting' END)
ORDER BY m.made_at DESC, m.id LIMIT $4 OFFSET $5

-- public_hints --
-- Documents that are public and share most pairs of characters with what is asked for.
SELECT document_id, title, document_number, permalink, published_at,
       (SELECT count(*) FROM unnest(grams) AS g WHERE g = ANY($2)) AS common, cardinality(grams) AS size
FROM published_document WHERE organ_id = $1 AND NOT withdrawn AND grams && $2
ORDER BY common DESC, published_at DESC LIMIT $3

-- same_applicant --
-- Other cases of the same applicant.
SELECT id, number, topic, state, submitted_on, row, answered_on FROM case_row
WHERE organ_id = $1 AND applicant = $2 AND id <> $3 ORDER BY submitted_on DESC, id LIMIT 50

-- case_of_number --
-- A case that came in here by its number in the register.
SELECT id FROM case_row WHERE organ_id = $1 AND number = $2 AND NOT imported

-- untold --
-- Cases of which identity does not know yet what they wait for, as they are now.
SELECT r.id, r.organ_id, r.number, r.topic, r.next_step, r.handler, r.unit, r.due_on, u.version AS seen
FROM case_untold AS u JOIN case_row AS r ON r.id = u.case_id ORDER BY u.case_id LIMIT $1

-- told --
-- What identity knows of these.
SELECT key, digest FROM notice_told WHERE key = ANY($1)

-- counts --
-- The counters of the queue.
SELECT count(*) FILTER (WHERE open) AS open, count(*) FILTER (WHERE open AND due_on < $2) AS late,
       count(*) FILTER (WHERE open AND due_on >= $2 AND due_on <= $3) AS near,
       count(*) FILTER (WHERE open AND next_step = 'receipt') AS fresh,
       count(*) FILTER (WHERE open AND due_on IS NULL AND next_step <> 'receipt') AS standing
FROM case_row WHERE organ_id = $1 AND open

-- facts --
-- Every fact of a case as it is kept.
SELECT version, kind, actor, recorded_at, data FROM register WHERE aggregate = 'case' AND aggregate_id = $1
ORDER BY version

-- file_row --
-- One file of a case as a list shows it.
SELECT id, kind, name, media_type, size, digest, made_from, added_at, false AS erased
FROM case_file WHERE id = $1 AND case_id = $2

-- given_files --
-- Where these files of a case lie.
SELECT DISTINCT ON (digest) digest, name, item_id FROM case_file
WHERE case_id = ANY (ARRAY(SELECT $1 UNION ALL SELECT a.through FROM answered_with AS a WHERE a.case_id = $1))
  AND digest = ANY($2)
ORDER BY digest, added_at

-- case_of_review --
-- The case to which a conversion review belongs.
SELECT case_id FROM conversion WHERE id = $1 AND organ_id = $2

-- What the yearly tables know of the cases: kept beside every fact, read with one scan.

-- known --
-- One case, held so that what it follows cannot end unseen.
SELECT known FROM counted WHERE case_id = $1 FOR UPDATE

-- known_at_once --
-- The same for a timer, which holds a clock already and must not wait.
SELECT known FROM counted WHERE case_id = $1 FOR UPDATE NOWAIT

-- simple --
-- Those of these cases that nobody holds and whose end is their own: they follow none and none follows them.
SELECT case_id, known FROM counted AS c
WHERE case_id = ANY($1) AND follows IS NULL AND NOT EXISTS (SELECT FROM counted AS f WHERE f.follows = c.case_id)
ORDER BY case_id FOR UPDATE OF c SKIP LOCKED

-- known_without_lock --
-- One case, as it stands.
SELECT known FROM counted WHERE case_id = $1

-- followers --
-- The cases that end when this one does, held.
SELECT known FROM counted WHERE follows = $1 FOR UPDATE

-- followers_at_once --
-- The same for a timer.
SELECT known FROM counted WHERE follows = $1 FOR UPDATE NOWAIT

-- steps_aside --
-- Whether a split paper keeps its place for this case, its first matter.
SELECT EXISTS (SELECT 1 FROM counted WHERE follows = $1 AND is_split AND received_on IS NOT NULL)

-- keep --
-- The row of one case after its last fact.
INSERT INTO counted (case_id, organ_id, kind, number, received_on, counts_on, row, ended_on, follows, is_split,
                     fee_amount, fee_noticed_on, fee_paid_on, fee_exempted, fee_only_year, imported, known)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::text::jsonb)
ON CONFLICT (case_id) DO UPDATE
SET organ_id = excluded.organ_id, kind = excluded.kind, number = excluded.number, received_on = excluded.received_on,
    counts_on = excluded.counts_on, row = excluded.row, ended_on = excluded.ended_on, follows = excluded.follows,
    is_split = excluded.is_split, fee_amount = excluded.fee_amount, fee_noticed_on = excluded.fee_noticed_on,
    fee_paid_on = excluded.fee_paid_on, fee_exempted = excluded.fee_exempted,
    fee_only_year = excluded.fee_only_year, imported = excluded.imported, known = excluded.known

-- drop_remedies --
-- The remedies of one case, before they are written anew.
DELETE FROM counted_remedy WHERE case_id = $1

-- keep_remedy --
-- One remedy of a case.
INSERT INTO counted_remedy (case_id, at, organ_id, kind, from_on, decided_on, result, only_year)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- empty --
-- Every row, before the facts are told again.
WITH remedies AS (DELETE FROM counted_remedy) DELETE FROM counted

-- table3 --
-- Table 3 in one scan: what the cases of a year came in as, and what became of them by its last day counted.
SELECT kind, CASE WHEN counts_on < $2 THEN 'cin' ELSE 'new' END AS came,
       CASE WHEN ended_on <= $3 THEN row ELSE 'cout' END AS went, count(*) AS cases
FROM counted
WHERE organ_id = $1 AND counts_on <= $3 AND (ended_on IS NULL OR ended_on >= $2)
GROUP BY 1, 2, 3

-- table4 --
-- Table 4: what was decided in the year, and what was open on its last day counted. $4 is the year.
SELECT kind, CASE WHEN only_year IS NOT NULL THEN coalesce(result, 'pending')
                  WHEN decided_on <= $3 THEN result ELSE 'pending' END AS result, count(*) AS remedies
FROM counted_remedy
WHERE organ_id = $1 AND kind <> 'complaint'
  AND (only_year = $4
       OR (only_year IS NULL AND from_on <= $3 AND (decided_on IS NULL OR decided_on >= $2)))
GROUP BY 1, 2

-- fees --
-- Fees noticed and collected in the year. $4 is the year.
SELECT count(*) FILTER (WHERE noticed) AS notices, coalesce(sum(fee_amount) FILTER (WHERE noticed), 0) AS amount,
       count(*) FILTER (WHERE paid) AS paid, coalesce(sum(fee_amount) FILTER (WHERE paid), 0) AS collected,
       count(*) FILTER (WHERE noticed AND fee_exempted) AS exempted
FROM (SELECT fee_amount, fee_exempted, fee_paid_on BETWEEN $2 AND $3 AS paid,
             CASE WHEN fee_noticed_on IS NULL THEN fee_only_year = $4
                  ELSE fee_noticed_on BETWEEN $2 AND $3 END AS noticed
      FROM counted WHERE organ_id = $1 AND fee_amount IS NOT NULL) charged

-- cell --
-- The cases behind cells of table 3: $4 rows of the form (new and cin by when they came), $5 columns.
SELECT case_id, number, kind, counts_on, row, ended_on, imported
FROM counted
WHERE organ_id = $1 AND counts_on <= $3 AND (ended_on IS NULL OR ended_on >= $2) AND kind = ANY($5::text[])
  AND (CASE WHEN counts_on < $2 THEN 'cin' ELSE 'new' END = ANY($4::text[])
       OR CASE WHEN ended_on <= $3 THEN row ELSE 'cout' END = ANY($4::text[]))
ORDER BY counts_on, number, case_id LIMIT $6 OFFSET $7

-- remedy_cell --
-- The cases behind numbers of table 4: $5 the block, $6 the results. $4 is the year.
SELECT case_id, number, kind, counts_on, row, ended_on, imported
FROM (SELECT r.case_id, CASE WHEN r.only_year IS NOT NULL THEN coalesce(r.result, 'pending')
                             WHEN r.decided_on <= $3 THEN r.result ELSE 'pending' END AS standing
      FROM counted_remedy r
      WHERE r.organ_id = $1 AND r.kind = $5
        AND (r.only_year = $4
             OR (r.only_year IS NULL AND r.from_on <= $3 AND (r.decided_on IS NULL OR r.decided_on >= $2)))) one
JOIN counted USING (case_id)
WHERE standing = ANY($6::text[])
ORDER BY counts_on, number, case_id LIMIT $7 OFFSET $8

-- disordered --
-- Cases that ended before they came.
SELECT known FROM counted WHERE organ_id = $1 AND ended_on < received_on ORDER BY case_id LIMIT 100

-- years --
-- The years in which anything was received.
SELECT DISTINCT extract(year FROM counts_on)::int AS year FROM counted
WHERE organ_id = $1 AND counts_on IS NOT NULL ORDER BY 1

-- numbers --
-- The numbers of the cases an organ has, and which of them came with a sheet and have not ended.
SELECT number, received_on, imported AND ended_on IS NULL AS open FROM counted WHERE organ_id = $1 AND number <> ''

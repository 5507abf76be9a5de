-- lock_document --
-- Two releases of one document are settled one after the other.
SELECT pg_advisory_xact_lock(hashtextextended($1::text, 4))

-- stage --
-- An edition is stored whole and invisible; staging it again before its instant replaces it.
INSERT INTO edition (
    release_id, document_id, organ_id, organ_name, edition, change, slug, title, kind, column_id, column_name,
    index_number, document_number, formed_on, openness, themes, keywords, validity, valid_until, summary, body_html,
    body_text, related, explanation, legal_basis, important, edition_digest, rendition_digest, prepared_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27, $28, $29)
ON CONFLICT (release_id) DO UPDATE SET
    edition = excluded.edition, title = excluded.title, kind = excluded.kind, column_id = excluded.column_id,
    column_name = excluded.column_name, index_number = excluded.index_number,
    document_number = excluded.document_number, formed_on = excluded.formed_on, openness = excluded.openness,
    themes = excluded.themes, keywords = excluded.keywords, validity = excluded.validity,
    valid_until = excluded.valid_until, summary = excluded.summary, body_html = excluded.body_html,
    body_text = excluded.body_text, related = excluded.related, explanation = excluded.explanation,
    legal_basis = excluded.legal_basis, important = excluded.important, edition_digest = excluded.edition_digest,
    rendition_digest = excluded.rendition_digest, prepared_at = excluded.prepared_at

-- drop_files --
DELETE FROM edition_file WHERE release_id = $1

-- stage_file --
INSERT INTO edition_file (release_id, position, role, name, digest, media_type, size)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- stage_search --
-- The words are indexed while the edition is still invisible, so that nothing is left to do at the instant.
INSERT INTO search (release_id, document_id, kind, validity, year, long, grams, words, plain)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::tsvector, $8::text::tsvector, $9)
ON CONFLICT (release_id) DO UPDATE SET
    kind = excluded.kind, validity = excluded.validity, year = excluded.year, long = excluded.long,
    grams = excluded.grams, words = excluded.words, plain = excluded.plain

-- forget_search --
DELETE FROM search WHERE release_id = $1

-- settle --
-- Give one release of a document its instant (or none), and let each release of it end where the next begins.
WITH instants AS (
    SELECT release_id, CASE WHEN release_id = $2 THEN $3::timestamptz ELSE release_at END AS release_at,
           edition, prepared_at
    FROM edition WHERE document_id = $1
), line AS (
    SELECT release_id, release_at,
           CASE WHEN release_at IS NOT NULL
                THEN lead(release_at) OVER (ORDER BY release_at NULLS LAST, edition, prepared_at) END AS superseded_at,
           CASE WHEN release_at IS NOT NULL THEN min(release_at) OVER () END AS first_release_at
    FROM instants
), settled AS (
    UPDATE edition AS e
    SET release_at = l.release_at, superseded_at = l.superseded_at, first_release_at = l.first_release_at
    FROM line AS l
    WHERE e.release_id = l.release_id
      AND (e.release_at, e.superseded_at, e.first_release_at)
          IS DISTINCT FROM (l.release_at, l.superseded_at, l.first_release_at)
)
UPDATE search AS s
SET release_at = l.release_at, superseded_at = l.superseded_at, first_release_at = l.first_release_at
FROM line AS l
WHERE s.release_id = l.release_id
  AND (s.release_at, s.superseded_at, s.first_release_at)
      IS DISTINCT FROM (l.release_at, l.superseded_at, l.first_release_at)

-- take_back --
UPDATE edition SET taken_back_at = $2 WHERE release_id = $1

-- discard --
-- Called off before anybody saw it: nothing of it is kept here; the register keeps that it was prepared.
DELETE FROM edition WHERE release_id = $1

-- staged --
SELECT document_id, change, slug, release_at FROM edition WHERE release_id = $1

-- close_without_us --
-- A withdrawal or repeal was closed and this site has no edition of it: the current one is marked all the same.
INSERT INTO edition (
    release_id, document_id, organ_id, organ_name, edition, change, slug, title, kind, column_id, column_name,
    index_number, document_number, formed_on, openness, themes, keywords, validity, valid_until, summary, body_html,
    body_text, related, explanation, legal_basis, important, edition_digest, rendition_digest, prepared_at)
SELECT $2, document_id, organ_id, organ_name, edition, $3::text, slug, title, kind, column_id, column_name,
    index_number, document_number, formed_on, openness, themes, keywords, $4, valid_until, summary, body_html,
    body_text, related, $5, legal_basis, important, edition_digest, rendition_digest, $6
FROM edition
WHERE document_id = $1 AND release_at <= $6 AND (superseded_at IS NULL OR superseded_at > $6)
  AND change <> 'withdraw' AND ($3::text = 'withdraw' OR validity <> $4)
ON CONFLICT (release_id) DO NOTHING
RETURNING release_id

-- copy_files --
INSERT INTO edition_file (release_id, position, role, name, digest, media_type, size)
SELECT $2, f.position, f.role, f.name, f.digest, f.media_type, f.size
FROM edition_file AS f JOIN edition AS e USING (release_id)
WHERE e.document_id = $1 AND e.release_at <= $3 AND (e.superseded_at IS NULL OR e.superseded_at > $3)

-- copy_search --
INSERT INTO search (release_id, document_id, kind, validity, year, long, grams, words, plain)
SELECT $2, document_id, kind, $4, year, long, grams, words, plain
FROM search
WHERE document_id = $1 AND release_at <= $3 AND (superseded_at IS NULL OR superseded_at > $3)

-- set_rendition --
UPDATE edition SET rendition_digest = $2 WHERE release_id = $1

-- keep_remark --
INSERT INTO remark (release_id, kind, document_id, said, heard_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (release_id, kind) DO NOTHING

-- keep_confirmation --
INSERT INTO confirmation (release_id, channel, url, confirmed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (release_id, channel) DO UPDATE SET url = excluded.url, confirmed_at = excluded.confirmed_at
WHERE confirmation.confirmed_at < excluded.confirmed_at

-- keep_catalogue --
INSERT INTO catalogue (organ_id, revision, effective_on, heard_at, note, columns) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organ_id, revision) DO NOTHING

-- await --
INSERT INTO awaited (release_id, approval, prepare_by, not_before, last_error, correlation, cause, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (release_id) DO UPDATE SET
    approval = excluded.approval, prepare_by = excluded.prepare_by, not_before = excluded.not_before,
    last_error = excluded.last_error, tries = 0, correlation = excluded.correlation, cause = excluded.cause,
    traceparent = excluded.traceparent

-- next_awaited --
-- Lease one edition to fetch; another instance leaves it alone until the lease is over.
UPDATE awaited SET not_before = $2, tries = tries + 1
WHERE release_id = (
    SELECT release_id FROM awaited WHERE not_before <= $1 ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING approval, prepare_by, tries, correlation, cause, traceparent

-- put_off --
UPDATE awaited SET not_before = $2, last_error = $3 WHERE release_id = $1

-- stop_awaiting --
DELETE FROM awaited WHERE release_id = $1

-- to_read_back --
-- Visible editions not compared for the longest time.
SELECT release_id FROM edition
WHERE release_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) AND change <> 'withdraw'
  AND (checked_at IS NULL OR checked_at < $2)
ORDER BY checked_at NULLS FIRST LIMIT $3

-- stored_edition --
SELECT * FROM edition WHERE release_id = $1

-- stored_files --
SELECT role, name, digest, media_type, size FROM edition_file WHERE release_id = $1 ORDER BY position

-- mark_checked --
-- Tell of a difference once, until it is mended.
UPDATE edition AS e SET checked_at = $2, drifted_at = CASE WHEN $3 THEN coalesce(e.drifted_at, $2) END
FROM (SELECT release_id, drifted_at FROM edition WHERE release_id = $1 FOR UPDATE) AS before
WHERE e.release_id = before.release_id
RETURNING before.drifted_at IS NULL AND $3 AS news

-- keep_document --
-- The document as its facts leave it. Title and number come with an edition only.
INSERT INTO document (
    id, organ_id, state, version, unit, started_by, source, kind, column_id, openness, important, title, document_number,
    formed_on, edition, digest, index_number, permalink, next_step, returned, checked, unsettled, disclosure_left, owed,
    release_id, live_edition, live_validity, published_at, created_at, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12, ''), coalesce($13, ''), $14, $15, $16, $17, $18, $19,
    $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $29, $30)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, version = excluded.version, kind = excluded.kind, column_id = excluded.column_id,
    openness = excluded.openness, important = excluded.important, title = coalesce($12, document.title),
    document_number = coalesce($13, document.document_number), formed_on = excluded.formed_on, edition = excluded.edition,
    digest = excluded.digest, index_number = excluded.index_number, permalink = excluded.permalink,
    next_step = excluded.next_step, returned = excluded.returned, checked = excluded.checked,
    unsettled = excluded.unsettled, disclosure_left = excluded.disclosure_left, owed = excluded.owed,
    release_id = excluded.release_id, live_edition = excluded.live_edition, live_validity = excluded.live_validity,
    published_at = excluded.published_at, changed_at = excluded.changed_at, changed_by = excluded.changed_by
WHERE document.version < excluded.version

-- keep_edition --
-- One more edition; the digest names its blob.
INSERT INTO edition (document_id, edition, digest, title, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING

-- keep_report --
-- The check report of an edition.
UPDATE edition SET report = $3 WHERE document_id = $1 AND edition = $2

-- add_mark --
-- One signature, or one return.
INSERT INTO mark (document_id, edition, step, result, digest, person, role, on_behalf_of, opinion, errors_found, put_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- void_marks --
-- An edit took away what was signed under the edition before it.
UPDATE mark SET voided_at = $3 WHERE document_id = $1 AND edition = $2 AND voided_at IS NULL AND result = 'passed'

-- link_interpretation --
-- This document is interpreted by that one.
INSERT INTO interpretation (document_id, interpretation_id, form) VALUES ($1, $2, $3)
ON CONFLICT (document_id, interpretation_id) DO UPDATE SET form = excluded.form

-- unlink_interpretation --
-- The two no longer belong together.
DELETE FROM interpretation WHERE document_id = $1 AND interpretation_id = $2

-- ask_check --
-- An edition waits for its checks; older editions of the same document no longer do.
WITH stale AS (DELETE FROM check_job WHERE document_id = $1 AND edition < $2)
INSERT INTO check_job (document_id, edition, digest, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING

-- claim_check --
-- Take the oldest waiting edition for a while; a worker that dies gives it back by itself.
UPDATE check_job SET claimed_until = $1::timestamptz + interval '2 minutes', tries = tries + 1
WHERE (document_id, edition) = (
    SELECT document_id, edition FROM check_job WHERE claimed_until IS NULL OR claimed_until < $1
    ORDER BY tries, asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING document_id, edition, digest, tries

-- finish_check --
-- The report is recorded.
DELETE FROM check_job WHERE document_id = $1 AND edition <= $2

-- fail_check --
-- The checks did not run; they are tried again later, ever more slowly.
UPDATE check_job SET claimed_until = $3, last_error = $4 WHERE document_id = $1 AND edition = $2

-- next_serial --
-- The next index number of an organ and year; the row stays locked until this transaction ends.
INSERT INTO index_counter (organ_id, year, last) VALUES ($1, $2, 1)
ON CONFLICT (organ_id, year) DO UPDATE SET last = index_counter.last + 1 RETURNING last

-- keep_release --
-- The release as its facts leave it, with its channels.
INSERT INTO release (
    id, document_id, organ_id, state, change, edition, policy, emergency, told, channels, reason, held_by, needs_person,
    prepare_by, scheduled_at, release_at, published_at, skew_ms, opened_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, channels = excluded.channels, reason = excluded.reason, held_by = excluded.held_by,
    needs_person = excluded.needs_person, prepare_by = excluded.prepare_by, scheduled_at = excluded.scheduled_at,
    release_at = excluded.release_at, published_at = excluded.published_at, skew_ms = excluded.skew_ms,
    changed_at = excluded.changed_at

-- told_of --
-- What the events of a release say of its document.
SELECT organ_id, told FROM release WHERE id = $1

-- raise_attention --
-- A person must look at this; raised again it keeps its first moment unless it was cleared in between.
INSERT INTO attention (document_id, kind, sentence, due_on, raised_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (document_id, kind) DO UPDATE SET
    sentence = excluded.sentence, due_on = excluded.due_on, cleared_at = NULL,
    raised_at = CASE WHEN attention.cleared_at IS NULL THEN attention.raised_at ELSE excluded.raised_at END

-- clear_attention --
-- It is mended.
UPDATE attention SET cleared_at = $3 WHERE document_id = $1 AND kind = ANY($2) AND cleared_at IS NULL

-- keep_upload --
-- A file somebody uploaded; the same bytes are one file.
INSERT INTO upload (organ_id, digest, name, size, media_type, uploaded_by, uploaded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organ_id, digest) DO NOTHING

-- uploads --
-- Which of these digests the organ has uploaded.
SELECT digest, size, media_type FROM upload WHERE organ_id = $1 AND digest = ANY($2)

-- open_channel --
-- An account that may take part in releases.
INSERT INTO channel (id, organ_id, kind, name, mode, open, opened_at) VALUES ($1, $2, $3, $4, $5, true, $6)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, mode = excluded.mode, open = true

-- change_channel --
-- The account has another name or another mode.
UPDATE channel SET name = $2, mode = $3 WHERE id = $1

-- close_channel --
-- The account is closed and takes part in nothing new.
UPDATE channel SET open = false WHERE id = $1

-- channels --
-- The open accounts of an organ, oldest first.
SELECT id, kind, name, mode FROM channel WHERE organ_id = $1 AND open ORDER BY opened_at, id

-- keep_revision --
-- One revision of the catalogue, whole.
INSERT INTO catalogue_revision (organ_id, revision, effective_on, note, columns, revised_by, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING

-- columns_on --
-- The whole tree that holds on a day.
SELECT columns FROM catalogue_revision WHERE organ_id = $1 AND effective_on <= $2 ORDER BY revision DESC LIMIT 1

-- column_on --
-- One column of the tree that holds on a day.
SELECT entry FROM (
    SELECT columns FROM catalogue_revision WHERE organ_id = $1 AND effective_on <= $2 ORDER BY revision DESC LIMIT 1
) AS newest, json_array_elements(newest.columns) AS entry WHERE entry ->> 'id' = $3

-- take_submission --
-- A document that another system hands over; nothing comes back when its number is known.
INSERT INTO submission (organ_id, external_id, document_id, received_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING document_id

-- used_columns --
-- Columns that hold something the public can see.
SELECT DISTINCT column_id FROM document WHERE organ_id = $1 AND live_edition IS NOT NULL


-- release_of --
-- Whose release this is, and of which document.
SELECT organ_id, document_id FROM release WHERE id = $1

-- lock_document --
-- Two decisions on one document wait for each other instead of one of them failing.
SELECT organ_id FROM document WHERE id = $1 FOR UPDATE

-- card --
-- Title and permalink of a document that has one.
SELECT title, permalink FROM document WHERE id = $1 AND permalink IS NOT NULL

-- add_word_list --
-- The next revision of an organ's own word lists; nothing comes back when another was faster.
INSERT INTO word_list (organ_id, revision, edits, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING revision

-- word_list --
-- The organ's own word lists as they stand.
SELECT revision, edits, changed_by, changed_at FROM word_list WHERE organ_id = $1 ORDER BY revision DESC LIMIT 1

-- no_longer_valid --
-- Documents of the organ that no longer hold: citing them is found.
SELECT title, document_number, live_validity, state, changed_at FROM document
WHERE organ_id = $1 AND state IN ('Repealed', 'Withdrawn') ORDER BY changed_at DESC LIMIT 2000

-- permalinks --
-- Which of these addresses exist.
SELECT permalink FROM document WHERE permalink = ANY($1) AND live_edition IS NOT NULL

-- empty_read_models --
-- Every row that facts can make again; what people typed, uploaded and what still waits for checks is kept.
WITH releases AS (DELETE FROM release), marks AS (DELETE FROM mark), links AS (DELETE FROM interpretation),
     editions AS (DELETE FROM edition), documents AS (UPDATE document SET version = 0)
DELETE FROM catalogue_revision

-- aggregates --
-- Aggregates of one kind in the order in which they began.
SELECT aggregate_id FROM register WHERE aggregate = $1 AND version = 1 ORDER BY position

-- clocks_of_other_calendars --
-- Running clocks that were counted with another calendar than the one in force.
SELECT kind, subject, payload ->> 'due_on' AS due_on FROM clock
WHERE kind = ANY($2) AND fired_at IS NULL AND stopped_at IS NULL AND calendar_version <> $1 ORDER BY subject LIMIT 200

-- documents --
-- A page of an organ's documents, newest change first.
SELECT id, state, kind, column_id, openness, important, title, document_number, formed_on, edition, index_number, permalink,
       next_step, returned, checked, unsettled, owed, release_id, live_edition, live_validity, published_at, unit,
       started_by, changed_at, changed_by, source, count(*) OVER () AS total
FROM document
WHERE organ_id = $1
  AND ($2::text[] IS NULL OR state = ANY($2))
  AND ($3::text IS NULL OR kind = $3)
  AND ($4::text IS NULL OR column_id = $4)
  AND ($5::uuid IS NULL OR started_by = $5)
  AND ($6::text IS NULL OR title ILIKE $6 OR document_number ILIKE $6 OR index_number ILIKE $6)
ORDER BY changed_at DESC, id LIMIT $7 OFFSET $8

-- document --
-- One document's row.
SELECT * FROM document WHERE id = $1 AND organ_id = $2

-- editions --
-- Every edition, newest first.
SELECT edition, digest, title, saved_by, saved_at, report FROM edition WHERE document_id = $1 ORDER BY edition DESC

-- edition --
-- One edition.
SELECT edition, digest, title, saved_by, saved_at, report FROM edition WHERE document_id = $1 AND edition = $2

-- marks --
-- Everything that was signed or returned, in order, with what is void.
SELECT edition, step, result, digest, person, role, on_behalf_of, opinion, errors_found, put_at, voided_at
FROM mark WHERE document_id = $1 ORDER BY put_at, edition

-- interpreted_by --
-- Documents that interpret this one.
SELECT i.interpretation_id AS id, i.form, d.title, d.state, d.permalink, d.live_edition
FROM interpretation i JOIN document d ON d.id = i.interpretation_id WHERE i.document_id = $1 ORDER BY d.created_at

-- interprets --
-- Documents that this one interprets.
SELECT i.document_id AS id, i.form, d.title, d.state, d.permalink, d.live_edition
FROM interpretation i JOIN document d ON d.id = i.document_id WHERE i.interpretation_id = $1 ORDER BY d.created_at

-- releases --
-- The matrix: releases of an organ, those that need a person first, then the newest.
SELECT r.*, d.title, d.kind, d.column_id, d.permalink, d.index_number, count(*) OVER () AS total,
       (SELECT later.change FROM release later
         WHERE later.document_id = r.document_id AND later.state = 'Closed' AND later.opened_at > r.opened_at
           AND later.change IN ('withdraw', 'correct') AND r.change IN ('publish', 'correct')
         ORDER BY later.change = 'withdraw' DESC LIMIT 1) AS followed_by
FROM release r JOIN document d ON d.id = r.document_id
WHERE r.organ_id = $1
  AND ($2::text[] IS NULL OR r.state = ANY($2))
  AND ($3::uuid IS NULL OR r.document_id = $3)
  AND (NOT $4 OR r.needs_person)
ORDER BY r.needs_person DESC, r.opened_at DESC, r.id LIMIT $5 OFFSET $6

-- release --
-- One release with its document's title.
SELECT r.*, d.title, d.kind, d.column_id, d.permalink, d.index_number,
       (SELECT later.change FROM release later
         WHERE later.document_id = r.document_id AND later.state = 'Closed' AND later.opened_at > r.opened_at
           AND later.change IN ('withdraw', 'correct') AND r.change IN ('publish', 'correct')
         ORDER BY later.change = 'withdraw' DESC LIMIT 1) AS followed_by
FROM release r JOIN document d ON d.id = r.document_id WHERE r.id = $1 AND r.organ_id = $2

-- release_counts --
-- How many releases stand in each state, and how many need a person.
SELECT state, count(*) AS total, count(*) FILTER (WHERE needs_person) AS todo
FROM release WHERE organ_id = $1 AND (state <> 'Closed' OR opened_at > $2) GROUP BY state

-- releases_waiting --
-- How many releases wait for somebody, and who holds those that are held.
SELECT count(*) AS waiting,
       count(*) FILTER (WHERE state = 'Held' AND held_by = 'channel') AS held_by_channel,
       count(*) FILTER (WHERE state = 'Held' AND held_by = 'person') AS held_by_person
FROM release WHERE needs_person

-- queue --
-- Documents in which somebody has to act: all that are not at rest.
SELECT id, state, kind, column_id, important, title, edition, index_number, next_step, returned, checked, unsettled,
       disclosure_left, owed, unit, started_by, source, changed_at, release_id, openness, formed_on, live_edition,
       (SELECT array_agg(m.person) FROM mark m
         WHERE m.document_id = document.id AND m.edition = document.edition AND m.voided_at IS NULL
           AND m.result = 'passed' AND m.step LIKE '%-review') AS reviewers
FROM document
WHERE organ_id = $1 AND (state IN ('Drafting', 'Reviewing', 'ChangeProposed') OR owed <> '{}')
ORDER BY changed_at

-- clocks --
-- Running clocks of these documents, with how they were counted.
SELECT kind, subject, due_at, rule, article, counted, calendar_version, provisional FROM clock
WHERE subject = ANY($1) AND kind = ANY($2) AND fired_at IS NULL AND stopped_at IS NULL ORDER BY due_at

-- clocks_of --
-- Every clock of one document, also those that fired or stopped.
SELECT kind, due_at, rule, article, counted, calendar_version, provisional, set_at, fired_at, stopped_at FROM clock
WHERE subject = $1 ORDER BY due_at

-- attention --
-- What a person must look at.
SELECT a.document_id, a.kind, a.sentence, a.due_on, a.raised_at, d.title, d.unit, d.state
FROM attention a JOIN document d ON d.id = a.document_id
WHERE d.organ_id = $1 AND a.cleared_at IS NULL AND ($2::uuid IS NULL OR a.document_id = $2) ORDER BY a.raised_at

-- revisions --
-- Every revision of the catalogue, newest first.
SELECT revision, effective_on, note, revised_by, recorded_at FROM catalogue_revision
WHERE organ_id = $1 ORDER BY revision DESC

-- revision --
-- One revision of the catalogue.
SELECT revision, effective_on, note, columns, revised_by, recorded_at FROM catalogue_revision
WHERE organ_id = $1 AND revision = $2

-- column_use --
-- How many documents each column shows, and when the last one came.
SELECT column_id, count(*) AS documents, max(published_at) AS last_at FROM document
WHERE organ_id = $1 AND live_edition IS NOT NULL GROUP BY column_id

-- catalogue_founded_at --
-- When the organ's catalogue began.
SELECT recorded_at FROM catalogue_revision WHERE organ_id = $1 ORDER BY revision LIMIT 1

-- word_list --
-- The organ's own word lists as they stand.
SELECT revision, edits, changed_by, changed_at FROM word_list WHERE organ_id = $1 ORDER BY revision DESC LIMIT 1

-- upload --
-- One uploaded file.
SELECT digest, name, size, media_type, uploaded_by, uploaded_at FROM upload WHERE organ_id = $1 AND digest = $2

-- open_channels --
-- The open accounts of an organ, oldest first.
SELECT id, kind, name, mode FROM channel WHERE organ_id = $1 AND open ORDER BY opened_at, id

-- work_everywhere --
-- Documents of every organ in which somebody has to act.
SELECT id, organ_id, state, important, title, next_step, returned, checked, unsettled, disclosure_left, owed, unit,
       started_by, openness, index_number,
       (SELECT array_agg(m.person) FROM mark m
         WHERE m.document_id = document.id AND m.edition = document.edition AND m.voided_at IS NULL
           AND m.result = 'passed' AND m.step LIKE '%-review') AS reviewers
FROM document WHERE state IN ('Drafting', 'Reviewing', 'ChangeProposed') OR owed <> '{}' ORDER BY changed_at

-- releases_everywhere --
-- Releases of every organ that need a person.
SELECT r.id, r.organ_id, d.title FROM release r JOIN document d ON d.id = r.document_id WHERE r.needs_person

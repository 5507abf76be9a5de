-- keep_case --
-- The case as it is after its last fact.
INSERT INTO case_row (
    id, organ_id, state, version, round, year, serial, number, topic, channel, applicant_kind, applicant,
    application_item, supply_form, way, items, submitted_on, received_on, awaiting, due_on, provisional, next_step,
    unit, handler, row, answered_on, late, closed_on, imported, typical, open, joined_into, created_at, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $28, $29, $30, $31, $32, $33, $33, $34)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, version = excluded.version, round = excluded.round, year = excluded.year,
    serial = excluded.serial, number = excluded.number, topic = excluded.topic,
    applicant = excluded.applicant, application_item = excluded.application_item, items = excluded.items,
    supply_form = excluded.supply_form, way = excluded.way, submitted_on = excluded.submitted_on,
    received_on = excluded.received_on,
    awaiting = excluded.awaiting, due_on = excluded.due_on, provisional = excluded.provisional,
    next_step = excluded.next_step, unit = excluded.unit, handler = excluded.handler, row = excluded.row,
    answered_on = excluded.answered_on, late = excluded.late, closed_on = excluded.closed_on,
    typical = excluded.typical, open = excluded.open, joined_into = excluded.joined_into,
    changed_at = excluded.changed_at,
    changed_by = excluded.changed_by
WHERE case_row.version < excluded.version

-- keep_untold --
-- Identity is told what the case waits for now.
INSERT INTO case_untold (case_id, version) VALUES ($1, $2)
ON CONFLICT (case_id) DO UPDATE SET version = excluded.version

-- remember_told --
-- It was told, unless the case went on meanwhile.
DELETE FROM case_untold AS u USING unnest($1::uuid[], $2::integer[]) AS t(case_id, version)
WHERE u.case_id = t.case_id AND u.version = t.version

-- lock_case --
-- Two decisions on one case wait for each other instead of one of them failing.
SELECT organ_id FROM case_row WHERE id = $1 FOR UPDATE

-- lock_case_at_once --
-- The same for whoever holds a due clock already: waiting here, two could wait for each other.
SELECT organ_id FROM case_row WHERE id = $1 FOR UPDATE NOWAIT

-- lock_cases --
-- Those of these cases that nobody holds.
SELECT id FROM case_row WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED

-- hold_cases --
-- Several cases for one decision.
SELECT id FROM case_row WHERE id = ANY($1) ORDER BY id FOR UPDATE

-- next_case_serial --
-- The next number of the organ's register in a year.
INSERT INTO case_counter (organ_id, year, last) VALUES ($1, $2, 1)
ON CONFLICT (organ_id, year) DO UPDATE SET last = case_counter.last + 1 RETURNING last

-- next_letter_serial --
-- The next number of a series of letters in a year.
INSERT INTO letter_counter (organ_id, series, year, last) VALUES ($1, $2, $3, 1)
ON CONFLICT (organ_id, series, year) DO UPDATE SET last = letter_counter.last + 1 RETURNING last

-- last_letter_serial --
-- The last number of a series that was given; the next one is only known to who takes it.
SELECT last FROM letter_counter WHERE organ_id = $1 AND series = $2 AND year = $3

-- keep_letter --
-- A letter that was issued.
INSERT INTO letter (id, case_id, kind, number, year, serial, digest, issued_on, issued_by, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING

-- keep_service --
-- How a letter was served and which day counts.
UPDATE letter SET served = $2, counts_on = $3 WHERE id = $1

-- keep_letter_file --
-- One form of a letter, frozen in the vault.
INSERT INTO letter_file (letter_id, case_id, form, item_id, digest, check_code) VALUES ($1, $2, $3, $4, $5, $6)

-- keep_consultation --
-- A letter that asks somebody for their opinion.
INSERT INTO consultation (letter, case_id, whom, party, organ, asked_on) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (letter) DO UPDATE SET asked_on = excluded.asked_on

-- drop_consultation --
-- It was decided and given up again before its letter went out: nobody was asked.
DELETE FROM consultation WHERE letter = $1

-- keep_opinion_received --
-- The day on which the letter reached them.
UPDATE consultation SET received_on = $2, answer_by = $3 WHERE letter = $1

-- keep_opinion --
-- What they answered, or that they kept silent.
UPDATE consultation SET opinion = $2, answered_on = $3, reason_item = $4, reasonable = $5 WHERE letter = $1

-- keep_fee --
-- The fee that was noticed; a later notice takes the place of an earlier one.
INSERT INTO fee (case_id, standard, count, amount, month, noticed_on) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (case_id) DO UPDATE SET standard = excluded.standard, count = excluded.count, amount = excluded.amount,
    month = excluded.month, noticed_on = excluded.noticed_on, received_on = NULL, pay_by = NULL

-- keep_fee_received --
-- The day on which the notice reached the applicant.
UPDATE fee SET received_on = $2, pay_by = $3 WHERE case_id = $1

-- keep_payment --
-- The fee was paid.
UPDATE fee SET paid_on = $2, receipt = $3 WHERE case_id = $1

-- keep_exemption --
-- The fee is not asked for.
UPDATE fee SET exempted = $2 WHERE case_id = $1

-- keep_fee_lapse --
-- The fee was not paid in its period.
UPDATE fee SET lapsed_on = $2 WHERE case_id = $1

-- keep_remedy --
-- A remedy that was filed.
INSERT INTO remedy (id, case_id, kind, filed_on, received_on, body, number, answer_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING

-- keep_remedy_answer --
-- Our answer went to the organ or court.
UPDATE remedy SET answered_on = $2 WHERE id = $1

-- keep_remedy_decision --
-- How it ended.
UPDATE remedy SET result = $2, decided_on = $3, number = CASE WHEN $4 = '' THEN number ELSE $4 END WHERE id = $1

-- move_consultation --
-- A holiday notice moved the day.
UPDATE consultation SET answer_by = $2 WHERE letter = $1

-- move_payment --
-- A holiday notice moved the day.
UPDATE fee SET pay_by = $2 WHERE case_id = $1

-- move_remedy --
-- A holiday notice moved the day.
UPDATE remedy SET answer_by = $2 WHERE id = $1

-- keep_search --
-- One search for the information.
INSERT INTO searched (case_id, version, places, words, by, on_day, found) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING

-- keep_unit_task --
-- A unit of the organ is asked.
INSERT INTO unit_task (id, case_id, unit, asked_on, answer_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING

-- keep_unit_answer --
-- The unit answered.
UPDATE unit_task SET answered_on = $2, opinion_item = $3 WHERE id = $1

-- keep_conversion --
-- A review of the conversion.
INSERT INTO conversion (id, case_id, organ_id, round, advice, rules_version, articles, relook_on, reviewed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING

-- keep_conversion_decision --
-- What an officer decided on it.
UPDATE conversion SET accepted = $2, decision = $3, reason = $4, decided_by = $5, decided_at = $6 WHERE id = $1

-- keep_conversion_published --
-- The document that came of it is public.
UPDATE conversion SET document_id = $2, permalink = $3, published_on = $4 WHERE id = $1

-- keep_chain --
-- The chain of a review, kept so that it can be read and made again.
INSERT INTO conversion_chain (review_id, case_id, inputs, chain, made_at) VALUES ($1, $2, $3, $4, $5)

-- review_of_case --
-- To which case a review belongs.
SELECT case_id, organ_id, document_id FROM conversion WHERE id = $1

-- applicant_of --
-- The vault person of somebody who applied before.
SELECT person_id FROM applicant WHERE organ_id = $1 AND proof = $2

-- known_or_new_applicant --
-- The same, or a new applicant; nothing comes back when another transaction was faster.
WITH known AS (SELECT person_id FROM applicant WHERE organ_id = $1 AND proof = $2),
     fresh AS (INSERT INTO applicant (organ_id, proof, person_id, since) SELECT $1, $2, $3, $4
               WHERE NOT EXISTS (SELECT FROM known) ON CONFLICT DO NOTHING RETURNING person_id)
SELECT person_id FROM known UNION ALL SELECT person_id FROM fresh

-- forget_applicant --
-- After an erasure the same person would be somebody new.
DELETE FROM applicant WHERE person_id = $1

-- forget_file_names --
-- The names of an erased person's papers, down to what they were.
UPDATE case_file SET name = 'file.' || reverse(split_part(reverse(name), '.', 1))
WHERE item_id IN (SELECT id FROM vault_item WHERE person_id = $1)

-- keep_third_party --
-- Somebody of a case besides the applicant, or who speaks for an applicant.
INSERT INTO third_party (person_id, case_id, item_id, since, role, of_person, consultation)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- person_of_consultation --
-- Under whose key the papers of a consultation of an organ lie.
SELECT person_id FROM third_party WHERE consultation = $1

-- agents_of --
-- Who spoke for an applicant.
SELECT person_id FROM third_party WHERE of_person = $1

-- erased_people --
-- Those whose keys were destroyed.
SELECT person_id FROM vault_key WHERE person_id = ANY($1) AND erased_at IS NOT NULL

-- third_party --
-- Where the name and address of a third party lie.
SELECT item_id FROM third_party WHERE person_id = $1 AND case_id = $2

-- forget_codes --
-- No query code leads to the cases of a person who was erased.
DELETE FROM query_code WHERE case_id IN (SELECT id FROM case_row WHERE applicant = $1)

-- forget_messages --
-- Messages to a person who was erased are not sent any more.
DELETE FROM outgoing_message WHERE sent_at IS NULL AND case_id IN (SELECT id FROM case_row WHERE applicant = $1)

-- applied_in_month --
-- How many matters an applicant asked for in a calendar month before this case. A paper that was split is there with
-- its matters, so it is left out itself.
SELECT coalesce(sum(items), 0) FROM case_row
WHERE organ_id = $1 AND applicant = $2 AND received_on >= $3 AND received_on < $4 AND id <> $5
  AND state <> 'SplitUp'
  AND (received_on, coalesce(serial, 2147483647), id) < ($6, coalesce($7, 2147483647), $5)

-- place_in_month --
-- Where a case stands among those of its month.
SELECT received_on, serial FROM case_row WHERE id = $1

-- keep_code --
-- The query code of a case; one that was made from a submission knows by a keyed digest what was sent.
INSERT INTO query_code (code, factor, case_id, made_at, content) VALUES ($1, $2, $3, $4, $5)

-- queue_for_submission --
-- The same submission sent twice at once waits for itself, also before there is a row.
SELECT pg_advisory_xact_lock(hashtextextended($1, 34))

-- submission --
-- The case that an earlier sending of the same submission made.
SELECT case_id, content, made_at FROM query_code WHERE code = $1

-- code --
-- The case of a code and its second factor; the one that is bound to the case came with a correction.
SELECT case_id, factor, case_factor FROM query_code WHERE code = $1

-- keep_case_factor --
-- From a correction on the second factor is another. The code itself is kept nowhere, so it is bound to the case.
UPDATE query_code SET case_factor = $2 WHERE case_id = $1

-- move_agents --
-- Who spoke for somebody speaks for the person as whom they were recognised.
UPDATE third_party SET of_person = $2 WHERE of_person = $1

-- keep_same_person --
-- The key under which somebody's first papers lie goes with their own.
INSERT INTO third_party (person_id, since, role, of_person) VALUES ($1, $3, 'same-person', $2)
ON CONFLICT (person_id) DO UPDATE SET of_person = excluded.of_person

-- keep_draft --
-- What an applicant typed, under the digest of the browser's cookie.
INSERT INTO applicant_draft (token, person_id, item_id, saved_at, erase_at) VALUES ($1, $2, $3, $4, $5)

-- draft --
-- A draft that may still be read.
SELECT person_id, item_id, saved_at, erase_at FROM applicant_draft WHERE token = $1 AND erase_at > $2

-- draft_of_person --
-- The draft whose day is over.
SELECT token FROM applicant_draft WHERE person_id = $1

-- drop_draft --
-- A draft that was sent, given up or is too old.
DELETE FROM applicant_draft WHERE token = $1 RETURNING person_id

-- keep_file --
-- A file of a case, in the vault.
INSERT INTO case_file (id, case_id, kind, name, media_type, size, digest, item_id, made_from, added_by, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- files_of_digests --
-- Those of these files that belong to the case.
SELECT digest FROM case_file WHERE case_id = $1 AND digest = ANY($2)

-- announce_forwarded --
-- The event of another platform.
INSERT INTO forwarded (organ_id, external_id, platform, pickup, submitted_on, applicant_kind, announced_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (organ_id, external_id) DO UPDATE SET platform = excluded.platform, submitted_on = excluded.submitted_on,
    applicant_kind = excluded.applicant_kind, announced_at = excluded.announced_at
WHERE forwarded.announced_at IS NULL

-- hand_over_forwarded --
-- The application of another platform, in the vault.
INSERT INTO forwarded (organ_id, external_id, pickup, person_id, application_item, handed_over_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organ_id, external_id) DO UPDATE SET person_id = excluded.person_id,
    application_item = excluded.application_item, handed_over_at = excluded.handed_over_at
WHERE forwarded.handed_over_at IS NULL

-- lock_forwarded --
-- What is known of an application of another platform.
SELECT platform, pickup, submitted_on, applicant_kind, person_id, application_item, case_id, announced_at, handed_over_at
FROM forwarded WHERE organ_id = $1 AND external_id = $2 FOR UPDATE

-- take_forwarded --
-- The case that was made of it.
UPDATE forwarded SET case_id = $3 WHERE organ_id = $1 AND external_id = $2

-- queue_for_forwarded --
-- Both messages of one application wait for each other, also before there is a row.
SELECT pg_advisory_xact_lock(hashtextextended($1, 33))

-- keep_message --
-- A message to an applicant, without content.
INSERT INTO outgoing_message (id, organ_id, case_id, medium, kind, text, address_item, made_at, next_try_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)

-- claim_messages --
-- Messages that are due, taken for a while.
UPDATE outgoing_message AS m SET tries = m.tries + 1, next_try_at = $2
FROM (SELECT id FROM outgoing_message WHERE next_try_at <= $1 AND sent_at IS NULL
      ORDER BY next_try_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS due
WHERE m.id = due.id
RETURNING m.id, m.medium, m.text, m.address_item, m.tries

-- sent_message --
-- A gateway took it.
UPDATE outgoing_message SET sent_at = $2, via = $3, next_try_at = NULL, given_up_at = NULL, last_error = ''
WHERE id = $1

-- failed_message --
-- A gateway did not take it; without a next try nobody tries any more.
UPDATE outgoing_message SET last_error = $2, next_try_at = $3,
    given_up_at = CASE WHEN $3::timestamptz IS NULL THEN $4::timestamptz END
WHERE id = $1

-- retry_message --
-- An officer has it tried again.
UPDATE outgoing_message SET tries = 0, next_try_at = $3, given_up_at = NULL, retried_at = $3, retried_by = $4
WHERE id = $1 AND organ_id = $2 AND sent_at IS NULL RETURNING id

-- keep_published --
-- A document that is public.
INSERT INTO published_document
    (document_id, organ_id, title, document_number, permalink, column_id, grams, published_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (document_id) DO UPDATE SET title = excluded.title, document_number = excluded.document_number,
    permalink = excluded.permalink, column_id = excluded.column_id, grams = excluded.grams,
    published_at = excluded.published_at, withdrawn = false

-- withdraw_published --
-- A document that is public no more.
UPDATE published_document SET withdrawn = true WHERE document_id = $1

-- raise_attention --
-- Something a person must look at.
INSERT INTO attention (case_id, kind, sentence, due_on, raised_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (case_id, kind) DO UPDATE SET sentence = excluded.sentence, due_on = excluded.due_on,
    raised_at = excluded.raised_at, cleared_at = NULL

-- raise_many --
-- The same for many cases.
INSERT INTO attention (case_id, kind, sentence, due_on, raised_at)
SELECT e.case_id, $2, e.sentence, e.due_on, $5
FROM unnest($1::uuid[], $3::text[], $4::date[]) AS e(case_id, sentence, due_on) ORDER BY e.case_id
ON CONFLICT (case_id, kind) DO UPDATE SET sentence = excluded.sentence, due_on = excluded.due_on,
    raised_at = excluded.raised_at, cleared_at = NULL

-- clear_attention --
-- It was mended.
UPDATE attention SET cleared_at = $3 WHERE case_id = $1 AND kind = ANY($2) AND cleared_at IS NULL

-- empty_read_models --
-- Every row that facts can make again.
WITH letters AS (DELETE FROM letter), consultations AS (DELETE FROM consultation), fees AS (DELETE FROM fee),
     remedies AS (DELETE FROM remedy), searches AS (DELETE FROM searched), tasks AS (DELETE FROM unit_task),
     conversions AS (DELETE FROM conversion), shared AS (DELETE FROM answered_with)
UPDATE case_row SET version = 0

-- aggregates --
-- Aggregates of one kind in the order in which they began.
SELECT aggregate_id FROM register WHERE aggregate = $1 AND version = 1 ORDER BY position

-- clocks_of_other_calendars --
-- Running clocks that were counted with another calendar than the one in force.
SELECT DISTINCT payload ->> 'case_id' AS case_id FROM clock
WHERE kind = ANY($2) AND fired_at IS NULL AND stopped_at IS NULL AND calendar_version <> $1 LIMIT 200

-- remember_calendar --
-- The clocks of a case whose dates another calendar leaves as they are.
UPDATE clock SET calendar_version = $2
WHERE kind = ANY($3) AND payload ->> 'case_id' = $1 AND fired_at IS NULL AND stopped_at IS NULL

-- running_clocks --
-- The clocks of a case that have not rung yet.
SELECT kind, subject FROM clock WHERE payload ->> 'case_id' = $1 AND fired_at IS NULL AND stopped_at IS NULL

-- move_published --
-- A corrected document keeps its place.
UPDATE published_document SET permalink = $2, withdrawn = false WHERE document_id = $1

-- keep_answered_with --
-- The letter of another case that answers this one, which was joined into it.
INSERT INTO answered_with (case_id, letter, through) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING

-- joined_into --
-- Cases that are handled in another one.
SELECT id FROM case_row WHERE joined_into = $1 AND state = 'Joined' ORDER BY id

-- organ_setting --
-- What letters of an organ need besides its description.
SELECT reconsideration_url, court, how_to_pay FROM organ_setting WHERE organ_id = $1

-- keep_organ_setting --
-- What letters of an organ need, as the openness office set it.
INSERT INTO organ_setting (organ_id, reconsideration_url, court, how_to_pay, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organ_id) DO UPDATE SET reconsideration_url = excluded.reconsideration_url, court = excluded.court,
    how_to_pay = excluded.how_to_pay, changed_by = excluded.changed_by, changed_at = excluded.changed_at

-- file_names --
-- The files of a case by their digest.
SELECT digest, name, item_id, kind FROM case_file WHERE case_id = $1 ORDER BY added_at, id

-- applicants_of_topic --
-- How many different applicants asked for the same or similar.
SELECT count(DISTINCT applicant) FROM case_row WHERE organ_id = $1 AND (topic = $2 OR id = ANY($3))

-- drop_columns --
-- The catalogue before its newest revision.
DELETE FROM catalogue_column WHERE organ_id = $1

-- keep_columns --
-- The columns of the newest revision.
INSERT INTO catalogue_column (organ_id, id, name, legal_basis, place)
SELECT $1, e.id, e.name, e.basis, e.place
FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS e(id, name, basis, place)

-- columns --
-- The columns of an organ in their order.
SELECT id, name, legal_basis FROM catalogue_column WHERE organ_id = $1 ORDER BY place

-- files_given --
-- These files of a case, each once.
SELECT DISTINCT ON (digest) digest, name, item_id FROM case_file WHERE case_id = $1 AND digest = ANY($2)
ORDER BY digest, added_at

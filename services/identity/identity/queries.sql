-- keep_person --
-- The read model follows the register in the same transaction.
INSERT INTO person (person_id, organ_id, unit, roles, state, epoch, version, joined_at, left_at)
VALUES ($1, $2, $3, $4, $5::text, $6, $7, $8::timestamptz,
        CASE WHEN $5::text = 'serving' THEN NULL ELSE $8::timestamptz END)
ON CONFLICT (person_id) DO UPDATE SET
    unit = excluded.unit, roles = excluded.roles, state = excluded.state, epoch = excluded.epoch,
    version = excluded.version,
    left_at = CASE WHEN excluded.state = 'serving' THEN NULL ELSE coalesce(person.left_at, excluded.left_at) END

-- forget_stand_ins --
DELETE FROM stand_in WHERE person_id = $1

-- keep_stand_in --
INSERT INTO stand_in (id, person_id, away_id, from_on, to_on, begun) VALUES ($1, $2, $3, $4, $5, $6)

-- lock_administrators --
-- Two administrators who step down at the same moment would leave none: they queue for the organ.
SELECT pg_advisory_xact_lock(hashtextextended($1::text, 73))

-- other_administrators --
SELECT count(*) FROM person
WHERE organ_id = $1 AND person_id <> $2 AND state = 'serving' AND 'administrator' = ANY(roles)

-- any_administrator --
-- First start is open until the installation has had an administrator.
SELECT EXISTS (SELECT 1 FROM person WHERE 'administrator' = ANY(roles))

-- first_organ --
-- The organ that founded the installation; its administrators may found others.
SELECT aggregate_id FROM register WHERE aggregate = 'organ' AND version = 1 ORDER BY position LIMIT 1

-- slug_taken --
SELECT organ_id FROM organ WHERE slug = $1 AND organ_id <> $2

-- people --
SELECT p.person_id, p.organ_id, p.unit, p.roles, p.state, p.epoch, p.version, p.joined_at, p.left_at,
       a.card_item, a.password_item IS NOT NULL AS has_password, a.signed_in_at
FROM person p LEFT JOIN account a USING (person_id)
WHERE p.organ_id = $1 AND ($2::text IS NULL OR p.state = $2)
ORDER BY p.state DESC, p.unit, p.joined_at, p.person_id LIMIT $3 OFFSET $4

-- count_people --
SELECT count(*) FROM person WHERE organ_id = $1 AND ($2::text IS NULL OR state = $2)

-- person --
SELECT p.person_id, p.organ_id, p.unit, p.roles, p.state, p.epoch, p.version, p.joined_at, p.left_at,
       a.card_item, a.password_item IS NOT NULL AS has_password, a.signed_in_at, a.must_change, a.mail_notices,
       a.has_email
FROM person p LEFT JOIN account a USING (person_id) WHERE p.person_id = $1

-- cards --
-- Vault items of the cards of these people; who was erased has none.
SELECT person_id, card_item FROM account WHERE person_id = ANY($1) AND card_item IS NOT NULL

-- units --
SELECT DISTINCT unit FROM person WHERE organ_id = $1 AND unit <> '' AND state = 'serving' ORDER BY unit

-- stand_ins_of --
SELECT id, person_id, away_id, from_on, to_on, begun FROM stand_in
WHERE person_id = $1 OR away_id = $1 ORDER BY from_on, id

-- account_by_login --
SELECT a.person_id, a.password_item, a.must_change, p.organ_id, p.epoch, p.state = 'serving' AS serving
FROM account a JOIN person p USING (person_id) WHERE a.login_key = $1

-- login_taken --
SELECT person_id FROM account WHERE login_key = $1 AND person_id <> $2

-- keep_account --
INSERT INTO account (person_id, login_key, card_item, has_email) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id) DO UPDATE SET
    login_key = excluded.login_key, card_item = excluded.card_item, has_email = excluded.has_email,
    mail_notices = account.mail_notices AND excluded.has_email

-- keep_password --
UPDATE account SET password_item = $2, password_at = $3, must_change = $4 WHERE person_id = $1

-- keep_mail_choice --
UPDATE account SET mail_notices = $2 AND has_email WHERE person_id = $1

-- note_sign_in --
UPDATE account SET signed_in_at = $2 WHERE person_id = $1

-- forget_account --
UPDATE account SET login_key = NULL, card_item = NULL, password_item = NULL, mail_notices = false, has_email = false
WHERE person_id = $1

-- keep_code --
INSERT INTO one_time_code (person_id, code_key, made_at, expires_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id) DO UPDATE SET
    code_key = excluded.code_key, made_at = excluded.made_at, expires_at = excluded.expires_at, tries = 0

-- code_of --
SELECT code_key, expires_at, tries FROM one_time_code WHERE person_id = $1 FOR UPDATE

-- try_code --
UPDATE one_time_code SET tries = tries + 1 WHERE person_id = $1

-- spend_code --
DELETE FROM one_time_code WHERE person_id = $1

-- keep_program --
INSERT INTO program (token_id, person_id, organ_id, purpose, roles, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- withdraw_programs --
UPDATE program SET withdrawn_at = $2 WHERE token_id = ANY($1) AND withdrawn_at IS NULL

-- programs --
SELECT token_id, person_id, purpose, roles, issued_at, expires_at, withdrawn_at FROM program
WHERE organ_id = $1 ORDER BY withdrawn_at IS NOT NULL, issued_at DESC

-- program --
SELECT token_id, person_id, organ_id, purpose, roles, issued_at, expires_at, withdrawn_at FROM program
WHERE token_id = $1

-- keep_notice --
INSERT INTO notice (service, key, organ_id, action, href, label, unit, person_ids, except_ids, due_at, reported_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (service, key) DO UPDATE SET
    organ_id = excluded.organ_id, action = excluded.action, href = excluded.href, label = excluded.label,
    unit = excluded.unit, person_ids = excluded.person_ids, except_ids = excluded.except_ids,
    due_at = excluded.due_at

-- settle_notices --
DELETE FROM notice WHERE service = $1 AND key = ANY($2)

-- notices_of --
SELECT service, key, action, href, label, unit, person_ids, except_ids, due_at, reported_at FROM notice
WHERE organ_id = $1 ORDER BY due_at NULLS LAST, reported_at, service, key

-- mail_due --
-- Work that was reported a while ago, beside every officer of the organ who asked to be written to and was not yet.
SELECT n.service, n.key, n.action, n.href, n.label, n.unit, n.person_ids, n.except_ids, n.due_at, n.reported_at,
       o.person_id
FROM notice n JOIN officer o ON o.organ_id = n.organ_id AND o.active
     JOIN account a ON a.person_id = o.person_id AND a.mail_notices AND a.has_email
WHERE n.reported_at <= $1
  AND NOT EXISTS (SELECT 1 FROM notice_mail m
                  WHERE m.service = n.service AND m.key = n.key AND m.person_id = o.person_id)
ORDER BY o.person_id, n.reported_at LIMIT 1000

-- mailed --
INSERT INTO notice_mail (service, key, person_id, sent_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING

-- aggregates --
-- Aggregates of one kind in the order in which they began.
SELECT aggregate_id FROM register WHERE aggregate = $1 AND version = 1 ORDER BY position

-- lock_read_models --
-- Every change of a person writes one of these, so changes queue behind a rebuild; reading goes on.
LOCK TABLE person, stand_in, program, officer, organ, holiday_notice IN SHARE ROW EXCLUSIVE MODE

-- empty_stand_ins --
DELETE FROM stand_in

-- empty_officers --
DELETE FROM officer

-- empty_organs --
DELETE FROM organ

-- empty_holiday_notices --
DELETE FROM holiday_notice

-- unknown_people --
-- The register is the truth: somebody it does not know has no roles. The row stays for what refers to it.
UPDATE person SET state = 'left', roles = '{}', left_at = coalesce(left_at, $2) WHERE person_id <> ALL($1)

-- restart_people --
-- Accounts refer to people, so their rows stay and begin again; the first fact says when they joined.
UPDATE person SET joined_at = coalesce(r.recorded_at, joined_at), left_at = NULL, version = 0
FROM register r WHERE r.aggregate_id = person_id AND r.version = 1 AND person_id = ANY($1)

-- restart_programs --
UPDATE program SET withdrawn_at = NULL

-- restore_program --
-- What a program is for is no fact: where the row is lost, that is lost with it.
INSERT INTO program (token_id, person_id, organ_id, purpose, roles, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (token_id) DO UPDATE SET
    person_id = excluded.person_id, organ_id = excluded.organ_id, roles = excluded.roles,
    issued_at = excluded.issued_at, expires_at = excluded.expires_at

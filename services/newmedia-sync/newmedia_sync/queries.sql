-- keep_account --
-- The account as it stands after its latest fact.
INSERT INTO account (account_id, organ_id, platform, handle, state, card, filing_number, opened_at, filed_at, closed_at,
                     closing_reason, link, link_code, link_reason, link_since, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (account_id) DO UPDATE SET
    handle = excluded.handle, state = excluded.state, card = excluded.card, filing_number = excluded.filing_number,
    filed_at = excluded.filed_at, closed_at = excluded.closed_at, closing_reason = excluded.closing_reason,
    link = excluded.link, link_code = excluded.link_code, link_reason = excluded.link_reason,
    link_since = excluded.link_since, version = excluded.version,
    check_at = CASE WHEN excluded.state = 'closed' THEN NULL ELSE account.check_at END

-- name_credentials --
-- Where in the vault the credentials of an account lie; they are checked at once.
UPDATE account SET credentials = $2, check_at = $3 WHERE account_id = $1

-- check_later --
UPDATE account SET check_at = $2 WHERE account_id = $1 AND state <> 'closed'

-- account --
SELECT * FROM account WHERE account_id = $1

-- open_accounts --
SELECT account_id, card FROM account WHERE state <> 'closed' ORDER BY account_id

-- accounts_for --
-- Accounts that a release names, and whether it was brought to them before.
SELECT a.*, EXISTS (
    SELECT FROM delivery AS d WHERE d.release_id = $2 AND d.account_id = a.account_id) AS asked_before
FROM account AS a WHERE a.account_id = ANY($1)

-- accounts_of_organ --
SELECT * FROM account WHERE organ_id = $1 ORDER BY state = 'closed', platform, opened_at

-- taken_by --
-- Who holds this platform for the organ, or this handle at the platform.
SELECT account_id, organ_id = $1 AND platform = $2 AS same_platform FROM account
WHERE state <> 'closed' AND account_id <> $4 AND platform = $2 AND (organ_id = $1 OR handle = $3) LIMIT 1

-- keep_delivery --
-- The delivery as it stands after its latest fact; counting starts over with every fact. In whose name it is worked for
-- changes only when somebody outside moves it.
INSERT INTO delivery (delivery_id, organ_id, document_id, release_id, account_id, title, change, permalink, state, code,
                      reason, rendition, job, post_id, url, release_at, acted_at, live_at, step, next_at, since,
                      begun_at, version, notes, cause, correlation, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21, $22,
        coalesce($23::json, '[]'), $24, $25, $26)
ON CONFLICT (delivery_id) DO UPDATE SET
    title = excluded.title, change = excluded.change, permalink = excluded.permalink, state = excluded.state,
    code = excluded.code, reason = excluded.reason, rendition = excluded.rendition,
    job = CASE WHEN excluded.job = '' THEN delivery.job ELSE excluded.job END,
    post_id = CASE WHEN excluded.post_id = '' THEN delivery.post_id ELSE excluded.post_id END,
    url = CASE WHEN excluded.url = '' THEN delivery.url ELSE excluded.url END,
    release_at = coalesce(excluded.release_at, delivery.release_at),
    acted_at = coalesce(excluded.acted_at, delivery.acted_at), live_at = coalesce(excluded.live_at, delivery.live_at),
    step = excluded.step, next_at = excluded.next_at, asked_times = 0, since = excluded.since,
    version = excluded.version, notes = coalesce($23::json, delivery.notes),
    cause = coalesce(excluded.cause, delivery.cause), correlation = coalesce(excluded.correlation, delivery.correlation),
    traceparent = coalesce(excluded.traceparent, delivery.traceparent)

-- looked --
-- The platform was asked and nothing had changed: count it and set the next time.
UPDATE delivery SET asked_times = $2, since = $3, next_at = $4, seen_at = $3 WHERE delivery_id = $1 AND version = $5

-- hurry --
-- Somebody asked to look now.
UPDATE delivery SET next_at = $2 WHERE delivery_id = $1 AND step IN ('poll', 'probe', 'read-back')

-- hurry_unknown --
UPDATE delivery SET next_at = $2 WHERE account_id = $1 AND state = 'Unknown'

-- agenda --
-- All that the courier has to know for one round: what it may do until $1, the oldest first; accounts whose
-- credentials are to be checked at $2; and when the next step after $3 comes.
(SELECT d.delivery_id, d.account_id, d.step, d.next_at, d.asked_times, d.since, d.version, a.credentials, a.card,
        d.release_id, d.cause, d.correlation, d.traceparent
 FROM delivery AS d JOIN account AS a USING (account_id)
 WHERE d.next_at <= $1 AND d.step <> 'interrupted' ORDER BY d.next_at LIMIT 500)
UNION ALL
SELECT NULL, account_id, 'check', check_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM account
WHERE check_at <= $2 AND credentials IS NOT NULL AND state <> 'closed'
UNION ALL
SELECT NULL, NULL, 'next', min(next_at), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM delivery
WHERE next_at > $3 AND step <> 'interrupted'

-- interrupted --
-- Attempts that were begun by a courier that is no more.
SELECT delivery_id, release_id, cause, correlation, traceparent FROM delivery WHERE step = 'interrupted'

-- delivery --
SELECT d.*, a.card, a.platform FROM delivery d JOIN account a USING (account_id) WHERE d.delivery_id = $1

-- deliveries --
SELECT d.*, a.card, a.platform FROM delivery d JOIN account a USING (account_id)
WHERE d.organ_id = $1 AND ($2::text[] IS NULL OR d.state = ANY($2)) AND ($3::uuid IS NULL OR d.document_id = $3)
  AND ($4::uuid IS NULL OR d.release_id = $4)
ORDER BY d.begun_at DESC, a.platform LIMIT $5 OFFSET $6

-- count_states --
SELECT state, count(*) AS number FROM delivery WHERE organ_id = $1 GROUP BY state

-- of_release --
-- Every delivery of a release with its facts.
SELECT d.delivery_id, d.account_id, r.kind, r.data, r.digest
FROM delivery AS d JOIN register AS r ON r.aggregate_id = d.delivery_id AND r.aggregate = $2
WHERE d.release_id = $1 ORDER BY d.account_id, d.delivery_id, r.version

-- of_job --
SELECT delivery_id, release_id, cause, correlation, traceparent FROM delivery WHERE account_id = $1 AND job = $2

-- shown_before --
-- Posts of this document on this account that followers can still see.
SELECT delivery_id, post_id, url FROM delivery
WHERE document_id = $1 AND account_id = $2 AND delivery_id <> $3 AND state IN ('Live', 'Drifted', 'Partial')
ORDER BY begun_at

-- replaced_since --
-- A later release that took this one's place, if it has acted.
SELECT later.release_id FROM delivery AS this
JOIN delivery AS later ON later.document_id = this.document_id AND later.account_id = this.account_id
WHERE this.delivery_id = $1 AND later.delivery_id <> $1 AND later.change IN ('correct', 'withdraw')
  AND later.begun_at > this.begun_at AND (later.acted_at IS NOT NULL OR later.state = 'Retracted')
ORDER BY later.begun_at DESC LIMIT 1

-- spend --
-- Take one call from the day's quota; nothing comes back when it is used up.
INSERT INTO budget (account_id, day, quota, used) VALUES ($1, $2, $3, 1)
ON CONFLICT (account_id, day, quota) DO UPDATE SET used = budget.used + 1 WHERE budget.used < $4
RETURNING used

-- used --
SELECT used FROM budget WHERE account_id = $1 AND day = $2 AND quota = $3

-- spent --
SELECT quota, used FROM budget WHERE account_id = $1 AND day = $2

-- see_push --
INSERT INTO push_seen (account_id, key, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key

-- forget --
-- Old quotas and old pushes tell nobody anything.
WITH old AS (DELETE FROM budget WHERE day < $1::date - 40) DELETE FROM push_seen WHERE seen_at < $1::timestamptz - interval '7 days'

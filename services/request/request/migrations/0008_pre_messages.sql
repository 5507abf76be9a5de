-- Messages to applicants: by which gateway they left, when the next try is, and when nobody tries any more.
ALTER TABLE outgoing_message
    ADD COLUMN via         text NOT NULL DEFAULT '',
    ADD COLUMN next_try_at timestamptz DEFAULT now(),
    ADD COLUMN given_up_at timestamptz,
    ADD COLUMN retried_by  uuid,
    ADD COLUMN retried_at  timestamptz;
UPDATE outgoing_message SET via = 'captured', next_try_at = NULL WHERE sent_at IS NOT NULL;
DROP INDEX outgoing_message_waiting;
CREATE INDEX outgoing_message_due ON outgoing_message (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX outgoing_message_of_case ON outgoing_message (case_id, made_at DESC);

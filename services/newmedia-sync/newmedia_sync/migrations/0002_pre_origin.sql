-- In whose name the courier works for a delivery: what set it going, the matter it belongs to, the trace it goes on with.
ALTER TABLE delivery
    ADD COLUMN cause       uuid,
    ADD COLUMN correlation uuid,
    ADD COLUMN traceparent text;
-- What set the older ones going is in their facts; of the matter the release is what is still known.
UPDATE delivery AS d SET
    cause = (SELECT r.cause FROM register AS r WHERE r.aggregate_id = d.delivery_id AND r.cause IS NOT NULL
             ORDER BY r.version DESC LIMIT 1),
    correlation = d.release_id;

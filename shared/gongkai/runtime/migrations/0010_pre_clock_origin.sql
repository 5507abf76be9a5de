-- In whose name a clock rings: what led to it, to which matter it belongs, and the trace that it goes on with.
-- Clocks of an earlier version have none; they ring in their own.
ALTER TABLE clock
    ADD COLUMN cause       uuid,
    ADD COLUMN correlation uuid,
    ADD COLUMN traceparent text;

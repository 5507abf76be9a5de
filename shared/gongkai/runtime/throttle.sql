-- queue_for_bucket --
-- Tries at one bucket wait for each other.
SELECT pg_advisory_xact_lock($1)

-- throttled --
-- Until when one of these buckets is closed.
SELECT max(blocked_until) FROM throttle WHERE bucket = ANY($1) AND blocked_until > $2

-- count_try --
-- A try is counted before it is known to fail, so that many at once cannot slip through.
INSERT INTO throttle (bucket, failures, window_start) VALUES ($1, 1, $2)
ON CONFLICT (bucket) DO UPDATE SET
    failures = CASE WHEN throttle.window_start < $3 THEN 1 ELSE throttle.failures + 1 END,
    window_start = CASE WHEN throttle.window_start < $3 THEN $2 ELSE throttle.window_start END,
    blocked_until = CASE WHEN throttle.window_start < $3 THEN NULL ELSE throttle.blocked_until END
RETURNING failures

-- count_alone --
-- The same for a bucket that is counted by itself: its row is the queue. $5 are the pauses in seconds once $4 tries are
-- used up; nothing comes back when the bucket is closed.
INSERT INTO throttle (bucket, failures, window_start, blocked_until)
VALUES ($1, 1, $2, $2::timestamptz + make_interval(secs => ($5::text[])[2 - $4::integer]::float8))
ON CONFLICT (bucket) DO UPDATE SET
    failures = CASE WHEN throttle.window_start < $3 THEN 1 ELSE throttle.failures + 1 END,
    window_start = CASE WHEN throttle.window_start < $3 THEN $2 ELSE throttle.window_start END,
    blocked_until = $2 + make_interval(secs => ($5[
        least((CASE WHEN throttle.window_start < $3 THEN 1 ELSE throttle.failures + 1 END) - $4 + 1, cardinality($5))])::float8)
WHERE throttle.blocked_until IS NULL OR throttle.blocked_until <= $2
RETURNING failures

-- block_until --
-- Too many tries.
UPDATE throttle SET blocked_until = $2 WHERE bucket = $1

-- take_back_try --
-- A try that succeeded was no failure.
UPDATE throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE bucket = $1

-- forget_tries --
-- The right answer forgives the tries before it.
DELETE FROM throttle WHERE bucket = $1

-- sweep --
-- Tries that no longer count.
DELETE FROM throttle WHERE window_start < $1 AND (blocked_until IS NULL OR blocked_until < $2)

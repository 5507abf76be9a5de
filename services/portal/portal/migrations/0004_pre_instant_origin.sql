-- In whose name an instant is reached is kept with every clock now; what the older ones had kept themselves goes there.
UPDATE clock SET
    cause = nullif(payload ->> 'cause', '')::uuid,
    correlation = (payload ->> 'correlation')::uuid,
    traceparent = payload ->> 'traceparent'
WHERE kind = 'release-instant' AND correlation IS NULL AND fired_at IS NULL AND stopped_at IS NULL;

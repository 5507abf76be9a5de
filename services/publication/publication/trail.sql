-- trail --
-- Every row of these aggregates as it lies in the register, with its digest.
SELECT position, aggregate, aggregate_id, version, kind, data::text AS data, actor, cause, recorded_at, digest
FROM register WHERE aggregate_id = ANY($1) ORDER BY aggregate_id, version

-- releases_of --
-- The releases of a document.
SELECT id FROM release WHERE document_id = $1 AND organ_id = $2 ORDER BY opened_at

-- Cases that were there before the yearly tables (0003) stand in none of them: have the read models made again.
INSERT INTO rebuild_wanted (what, why)
SELECT 'cases', 'counted' WHERE EXISTS (
    SELECT FROM register AS r WHERE r.aggregate = 'case' AND r.version = 1
    AND NOT EXISTS (SELECT FROM counted AS c WHERE c.case_id = r.aggregate_id))
ON CONFLICT DO NOTHING;

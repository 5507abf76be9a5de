-- What lists, searches and notices need among a hundred thousand cases.

-- Cases of which identity does not know yet what they wait for: only they are looked at, not every open case.
CREATE TABLE case_untold (
    case_id uuid    PRIMARY KEY,
    version integer NOT NULL
);
INSERT INTO case_untold
SELECT id, version FROM case_row
WHERE next_step NOT IN ('', 'archive') OR id::text IN (SELECT split_part(key, ':', 1) FROM notice_told);
DROP INDEX case_at_work;

-- Every order in which a list is read ends with the id, so that a page is read straight from its index.
DROP INDEX case_list;
CREATE INDEX case_list ON case_row (organ_id, changed_at DESC, id);
CREATE INDEX case_state ON case_row (organ_id, state, changed_at DESC, id);
CREATE INDEX case_outcome ON case_row (organ_id, row, changed_at DESC, id) WHERE row IS NOT NULL;
DROP INDEX case_handler;
CREATE INDEX case_handler ON case_row (organ_id, handler, due_on NULLS LAST, received_on, id) WHERE open;

-- Words of a topic are found by their pairs of characters: Chinese is written without spaces.
CREATE FUNCTION character_pairs(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
    SELECT coalesce(array_agg(DISTINCT substr(low, n, 2)), '{}')
    FROM (SELECT lower(words) AS low) AS t, generate_series(1, length(low) - 1) AS n
$$;
ALTER TABLE case_row ADD COLUMN topic_pairs text[] NOT NULL GENERATED ALWAYS AS (character_pairs(topic)) STORED;
CREATE INDEX case_words ON case_row USING gin (topic_pairs);
CREATE INDEX case_number ON case_row (number) WHERE number <> '';

-- What lists and figures of conversion reviews need, without opening every kept chain.
CREATE FUNCTION deciding_rules(chain json) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
    SELECT coalesce(array_agg(link ->> 'rule' ORDER BY place), '{}')
    FROM json_array_elements(chain -> 'chain') WITH ORDINALITY AS links(link, place)
    WHERE (link ->> 'decides')::boolean
$$;
ALTER TABLE conversion_chain
    ADD COLUMN answered_on text GENERATED ALWAYS AS (inputs ->> 'answered_on') STORED,
    ADD COLUMN rules text[] GENERATED ALWAYS AS (deciding_rules(chain)) STORED;
CREATE INDEX conversion_list ON conversion (organ_id, reviewed_at DESC, id);
DROP INDEX conversion_open;
CREATE INDEX conversion_open ON conversion (organ_id, reviewed_at DESC, id) WHERE accepted IS NULL;

-- visible_instants --
-- The instant of the newest change a reader can see at $1, and the next one that is already ordered.
SELECT (SELECT max(release_at) FROM edition WHERE release_at <= $1) AS last,
       (SELECT min(release_at) FROM edition WHERE release_at > $1) AS next

-- document --
SELECT e.*, p.said AS published, r.said AS repealed,
       (SELECT json_object_agg(c.channel, c.url) FROM confirmation AS c WHERE c.release_id = e.release_id) AS confirmed
FROM edition AS e
LEFT JOIN remark AS p ON p.release_id = e.release_id AND p.kind = 'published'
LEFT JOIN remark AS r ON r.release_id = e.release_id AND r.kind = 'repealed'
WHERE e.slug = $1 AND e.release_at <= $2 AND (e.superseded_at IS NULL OR e.superseded_at > $2)

-- history --
-- Every release of a document that has been seen, oldest first.
SELECT release_id, edition, change, validity, release_at, explanation, edition_digest
FROM edition WHERE document_id = $1 AND release_at <= $2 ORDER BY release_at, edition

-- replaced --
-- An edition that readers saw once and another one replaced.
SELECT * FROM edition
WHERE document_id = $1 AND edition = $2 AND change <> 'withdraw' AND release_at <= $3 AND superseded_at <= $3
ORDER BY release_at DESC LIMIT 1

-- visible_by_id --
SELECT document_id, slug, title, validity, kind, document_number, release_at FROM edition
WHERE document_id = ANY($1::uuid[]) AND release_at <= $2 AND (superseded_at IS NULL OR superseded_at > $2)
  AND change <> 'withdraw'

-- pointing_at --
-- Visible documents that name this one, so that a link made on one side is shown on both.
SELECT e.document_id, e.slug, e.title, e.validity, e.kind, e.first_release_at, t.relation, t.form
FROM edition AS e,
     jsonb_to_recordset(e.related) AS t(relation text, document_id uuid, form text)
WHERE e.related @> jsonb_build_array(jsonb_build_object('document_id', $1::text))
  AND t.document_id = $1::uuid
  AND e.release_at <= $2 AND (e.superseded_at IS NULL OR e.superseded_at > $2) AND e.change <> 'withdraw'
ORDER BY e.first_release_at, e.title

-- files --
SELECT role, name, digest, media_type, size FROM edition_file WHERE release_id = $1 ORDER BY position

-- visible_file --
SELECT f.name, f.media_type, f.size, f.role FROM edition_file AS f JOIN edition AS e USING (release_id)
WHERE f.digest = $1 AND e.release_at <= $2 AND (e.superseded_at IS NULL OR e.superseded_at > $2)
  AND e.change <> 'withdraw'
LIMIT 1

-- listed --
-- Visible documents, newest first; each condition is left out when it is null.
SELECT release_id, document_id, organ_id, organ_name, slug, title, kind, column_id, column_name, index_number,
       document_number, formed_on, validity, valid_until, summary, themes, change, explanation, first_release_at,
       release_at, (SELECT count(*) FROM jsonb_to_recordset(related) AS t(relation text)
                    WHERE t.relation = 'interpreted-by') AS interpretations
FROM edition
WHERE release_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) AND change <> 'withdraw'
  AND ($2::uuid IS NULL OR organ_id = $2)
  AND ($3::text[] IS NULL OR column_id = ANY($3))
  AND ($4::text[] IS NULL OR kind = ANY($4))
  AND ($5::text[] IS NULL OR validity = ANY($5))
  AND ($6::integer IS NULL OR extract(year FROM coalesce(formed_on, (first_release_at AT TIME ZONE 'Asia/Shanghai')::date)) = $6)
  AND ($7::text IS NULL OR EXISTS (SELECT FROM unnest(themes) AS theme WHERE split_part(theme, '\', 1) = $7))
  AND ($8::text IS NULL OR document_number ILIKE $8 OR index_number ILIKE $8)
ORDER BY first_release_at DESC, release_id DESC LIMIT $9 OFFSET $10

-- counted --
SELECT count(*) FROM edition
WHERE release_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) AND change <> 'withdraw'
  AND ($2::uuid IS NULL OR organ_id = $2)
  AND ($3::text[] IS NULL OR column_id = ANY($3))
  AND ($4::text[] IS NULL OR kind = ANY($4))
  AND ($5::text[] IS NULL OR validity = ANY($5))
  AND ($6::integer IS NULL OR extract(year FROM coalesce(formed_on, (first_release_at AT TIME ZONE 'Asia/Shanghai')::date)) = $6)
  AND ($7::text IS NULL OR EXISTS (SELECT FROM unnest(themes) AS theme WHERE split_part(theme, '\', 1) = $7))
  AND ($8::text IS NULL OR document_number ILIKE $8 OR index_number ILIKE $8)

-- breakdown --
-- How many visible documents of these kinds and columns there are by kind, validity, year and theme.
SELECT kind, validity, extract(year FROM coalesce(formed_on, (first_release_at AT TIME ZONE 'Asia/Shanghai')::date))::integer AS year,
       split_part(coalesce(themes[1], ''), '\', 1) AS theme, count(*) AS number
FROM edition
WHERE release_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) AND change <> 'withdraw'
  AND ($2::uuid IS NULL OR organ_id = $2)
  AND ($3::text[] IS NULL OR column_id = ANY($3))
  AND ($4::text[] IS NULL OR kind = ANY($4))
GROUP BY 1, 2, 3, 4

-- by_column --
SELECT column_id, count(*) AS number, max(release_at) AS newest FROM edition
WHERE release_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) AND change <> 'withdraw' AND organ_id = $2
GROUP BY column_id

-- feed_total --
SELECT count(*) FROM edition
WHERE release_at <= $1 AND ($2::uuid IS NULL OR organ_id = $2) AND ($3::text[] IS NULL OR column_id = ANY($3))
  AND ($4::text[] IS NULL OR kind = ANY($4))

-- feed --
-- The log of what happened on this site, oldest first: complete pages of it never change their bounds.
-- `now_*` is how the document stands at this instant, because a page of the past must not show what was withdrawn.
SELECT e.release_id, e.document_id, e.slug, e.edition, e.change, e.release_at, e.first_release_at, e.superseded_at,
       c.change AS now_change, c.title, c.summary, c.explanation, c.validity, c.kind, c.column_id, c.column_name,
       c.document_number, c.organ_name, c.release_id AS now_release_id
FROM edition AS e
JOIN edition AS c ON c.document_id = e.document_id
     AND c.release_at <= $1 AND (c.superseded_at IS NULL OR c.superseded_at > $1)
WHERE e.release_at <= $1 AND ($2::uuid IS NULL OR e.organ_id = $2) AND ($3::text[] IS NULL OR e.column_id = ANY($3))
  AND ($4::text[] IS NULL OR e.kind = ANY($4))
ORDER BY e.release_at, e.release_id LIMIT $5 OFFSET $6

-- site_map --
SELECT slug, release_at FROM edition
WHERE release_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) AND change <> 'withdraw'
ORDER BY first_release_at DESC, release_id DESC LIMIT $2 OFFSET $3

-- skew --
-- The measured spread between channels of the releases of the last year: median and how many were measured.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (said ->> 'skew_ms')::double precision) AS median, count(*) AS number
FROM remark
WHERE kind = 'published' AND heard_at > $1 AND heard_at <= $2 AND jsonb_array_length(said -> 'outcomes') > 1

-- catalogues --
SELECT organ_id, revision, effective_on, heard_at, note, columns FROM catalogue WHERE organ_id = $1 ORDER BY revision

-- primary_organ --
-- The organ whose site this is: the one whose columns were heard of first, or the one that a setting names.
SELECT o.data FROM organ AS o
LEFT JOIN (SELECT organ_id, min(heard_at) AS since FROM catalogue GROUP BY organ_id) AS c USING (organ_id)
ORDER BY (o.slug = $1) DESC, c.since NULLS LAST, o.slug LIMIT 1

-- organ_by_slug --
SELECT data FROM organ WHERE slug = $1

-- other_organs --
-- Organs beside $1 of whose documents a reader can see something.
SELECT o.data, seen.number FROM organ AS o
JOIN (SELECT organ_id, count(*) AS number FROM edition
      WHERE release_at <= $2 AND (superseded_at IS NULL OR superseded_at > $2) AND change <> 'withdraw'
        AND organ_id <> $1 GROUP BY organ_id) AS seen USING (organ_id)
ORDER BY seen.number DESC, o.slug

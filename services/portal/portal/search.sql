-- candidates --
-- Every visible document that has all the bigrams, newest first, up to $3; `total` counts them before the limit.
-- The rows are narrow and the vectors stay out of line here, so a common word costs few pages.
WITH found AS MATERIALIZED (
    SELECT release_id, first_release_at FROM search
    WHERE grams @@ $1::text::tsquery
      AND release_at <= $2 AND (superseded_at IS NULL OR superseded_at > $2)
      AND ($4::text[] IS NULL OR kind = ANY($4))
      AND ($5::text[] IS NULL OR validity = ANY($5))
      AND ($6::integer IS NULL OR year >= $6)
      AND ($7::integer IS NULL OR year <= $7)
)
SELECT release_id, (SELECT count(*) FROM found) AS total FROM found ORDER BY first_release_at DESC LIMIT $3

-- matches --
-- Of the candidates, those that have the words exactly as written, with what ranks and counts them.
SELECT s.release_id, s.kind, s.validity, s.year, s.first_release_at,
       ts_rank('{0.05, 0.1, 0.4, 1.0}', s.words, $3::text::tsquery, 1) AS rank
FROM search AS s
WHERE s.release_id = ANY($1::uuid[])
  AND CASE WHEN s.long THEN NOT EXISTS (SELECT FROM unnest($4::text[]) AS t(word) WHERE strpos(s.plain, t.word) = 0)
           ELSE s.grams @@ $2::text::tsquery END

-- shown --
SELECT release_id, document_id, slug, title, kind, column_id, column_name, document_number, index_number, formed_on,
       validity, summary, themes, left(body_text, 50000) AS body_text, first_release_at, release_at, organ_name, related
FROM edition WHERE release_id = ANY($1::uuid[])

-- like_titles --
-- Titles of the newest visible documents that share a bigram with what was typed.
SELECT e.title, e.keywords FROM search AS s JOIN edition AS e USING (release_id)
WHERE s.grams @@ $1::text::tsquery AND s.release_at <= $2 AND (s.superseded_at IS NULL OR s.superseded_at > $2)
ORDER BY s.first_release_at DESC LIMIT 400

-- like_bodies --
-- How the newest visible documents that share a bigram with what was typed begin.
SELECT left(e.body_text, 6000) AS body FROM search AS s JOIN edition AS e USING (release_id)
WHERE s.grams @@ $1::text::tsquery AND s.release_at <= $2 AND (s.superseded_at IS NULL OR s.superseded_at > $2)
ORDER BY s.first_release_at DESC LIMIT 60

-- title: Every item with all of these words, whatever their case, width and spacing
-- param: text VARCHAR = ''
WITH folded AS (
    SELECT *, regexp_replace(translate(lower(title || ' ' || summary), '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
        '0123456789abcdefghijklmnopqrstuvwxyz'), '\s+', '', 'g') AS body
    FROM archive
), words AS (
    SELECT string_split_regex(trim(translate(lower($text), '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　',
        '0123456789abcdefghijklmnopqrstuvwxyz ')), '\s+') AS wanted
)
SELECT coalesce(published_at, first_seen_at) AS reported_at, outlet, language, relevant, title, url, item_id
FROM folded, words
WHERE len(list_filter(wanted, lambda word: NOT contains(body, word))) = 0
ORDER BY reported_at DESC, item_id
LIMIT 1000

-- title: Every item with all of these words, whatever their case, width and spacing
-- param: text VARCHAR = ''
WITH spelt AS (SELECT *, replace(replace(lower(title || ' ' || summary), ' ', ''), '　', '') AS plain FROM archive),
folded AS (
    SELECT *, if(strlen(plain) = length(plain), plain, translate(plain,
        '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ', '0123456789abcdefghijklmnopqrstuvwxyz')) AS body
    FROM spelt
), words AS (
    SELECT string_split_regex(trim(translate(lower($text), '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　',
        '0123456789abcdefghijklmnopqrstuvwxyz ')), '\s+') AS wanted
)
SELECT coalesce(published_at, first_seen_at) AS reported_at, outlet, language, relevant, title, url, item_id
FROM folded, words
WHERE len(list_filter(wanted, lambda word: NOT contains(body, word))) = 0
ORDER BY reported_at DESC, item_id
LIMIT 1000

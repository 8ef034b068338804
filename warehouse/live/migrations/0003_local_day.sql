-- An item knows its outlet's local day: minutes east of UTC, of its stamp or of its feed's zone. NULL: an older item,
-- of which only the language was known.
ALTER TABLE main.items_relevant ADD COLUMN utc_offset INTEGER;
ALTER TABLE main.items_other ADD COLUMN utc_offset INTEGER;
CREATE OR REPLACE VIEW items AS
    SELECT *, true AS relevant FROM main.items_relevant UNION ALL SELECT *, false AS relevant FROM main.items_other;
CREATE OR REPLACE VIEW current_items AS FROM main.items_relevant
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC, rowid DESC) = 1;
CREATE OR REPLACE VIEW publish.items AS
    SELECT r.item_id, i.url, i.outlet, i.feed, i.language, i.title, i.summary, i.published_at, i.first_seen_at,
        true AS relevant, r.origin, i.text, i.published_raw, i.date_flag, i.content, i.revision, i.baseline, i.seen_at,
        i.reason, i.utc_offset, i.seq
    FROM main.reports AS r JOIN main.current_items AS i USING (key) WHERE r.n = 0;

"""What each published column means, kept beside the data by COMMENT ON."""

from __future__ import annotations

from typing import Final

_TABLES: Final = {
    "about": "This copy: one row",
    "alerts": "Each change, or failure of the watch itself, that was worth telling; its words are made at delivery",
    "attempts": "Each attempt at sending, with the words that were sent",
    "cycles": "Each run of the watch",
    "deliveries": "Each alert on each channel, as it stands",
    "event_sources": "Each report of each event",
    "event_versions": "Each event as it stood after each change of our record: what was known on a given day",
    "events": "Each act in the world, as far as the reports tell now",
    "evidence": "Each matched term: the field's text from start_offset to end_offset, in code points, is the term",
    "feeds": "Each configured feed and its health",
    "items": "The relevant items; archive/*.parquet holds every item",
    "mentions": "What each relevant item says of the subject",
    "mutes": "Events that people asked not to hear of",
    "polls": "How each poll of the last 14 days ended; polls/*.parquet holds the older ones",
    "recoveries": "Each time that a damaged live file was rebuilt, and what was lost",
}
_COLUMNS: Final = {
    "act": "Kind of act: session, document, membership or other; decides which stages may follow",
    "actors": "People, offices and countries that act, as canonical concepts",
    "alert_id": "Hash of event and change: equal on every channel and after a restore",
    "alert_ids": "The alerts that the message carried",
    "alertable": "Whether it is a discrete, dated act that deserves an alert",
    "attempted_at": "When the attempt was made (UTC)",
    "attempts": "Completed attempts at sending",
    "baseline": "Whether it came with the feed's first run and was older than the feed's age gate",
    "bytes": "Bytes on the wire",
    "change": "What was learned: new, advanced, corrected, corroborated; or the kind of health notice",
    "channel": "The channel's configured name",
    "committed_at": "When the last commit in this copy was made, by the cycle's clock (UTC)",
    "concept": "The lexicon's concept that the term stands for",
    "content": "64-bit fingerprint of title and summary: another one is a revision",
    "contents": "The fingerprints of all texts seen in the month",
    "created_at": "When the alert was queued (UTC)",
    "date_flag": "Why published_at is empty although something was given: missing, unreadable, future, ancient",
    "date_precision": "How exactly event_date is known: day, week, part_of_month, month, quarter, year",
    "domains": "Fields of defence industry named: space, maritime, munitions, …",
    "enabled": "Whether the feed is polled",
    "end_offset": "End of the term in the field, in code points, exclusive",
    "event_date": "Local date of the act; the first day of the span that date_precision says",
    "event_id": "The event's identity",
    "facts": "The whole record as JSON: what recovery reads",
    "feed": "The feed's configured name; of an item, the first that brought it",
    "field": "Where the term stands: title, summary or text",
    "finished_at": "When the cycle ended, by its clock (UTC)",
    "first_reported_at": "When the first report was published (UTC)",
    "first_seen_at": "When the item was first seen (UTC); in the archive, first in that month",
    "health": "new, healthy, failing, unhealthy or silent",
    "history": "Whether it was known from history.toml and never told",
    "item_id": "The item's identity within its outlet, 16 hex digits",
    "items": "Entries in the body",
    "kind": "How the source is read: feed or nato-json",
    "language": "Language code",
    "languages": "Languages of the reports",
    "last_polled_at": "When the feed was last polled (UTC)",
    "last_reported_at": "When the latest report was published (UTC)",
    "lexicon_version": "Fingerprint of the lexicon that decided",
    "lost_from": "Begin of the time whose records may be missing (UTC)",
    "lost_to": "End of the time whose records may be missing (UTC)",
    "merged_into": "The event that this one turned out to be; empty for all others",
    "message_id": "The id that the message carried: the alert's or the bundle's",
    "milliseconds": "How long it took",
    "muted": "Whether silence is asked for",
    "n": "Which of the item's acts: 0 is that of title and lead",
    "new_items": "Unseen items and revisions in the body",
    "next_attempt_at": "When the next attempt is planned (UTC)",
    "next_due_at": "When the feed is next polled (UTC)",
    "ordinal": "Which session of a series",
    "origin": "item_id of the first item with this text: equal for copies",
    "origins": "Distinct texts among the reports: copies count once",
    "outcome": "How the poll ended, of a closed set: new, unchanged, empty, not_a_feed, blocked, …",
    "outlet": "The publisher",
    "outlets": "Publishers of the reports",
    "place": "Where it happens, as a canonical concept",
    "polled_at": "When the feed was polled (UTC)",
    "predecessor": "The event before it on its track",
    "published_at": "When it was published (UTC), as the feed says",
    "published_raw": "The date as the feed wrote it",
    "reason": "Why, in words",
    "recorded_at": "When this was recorded (UTC)",
    "recovered_at": "When the live file was rebuilt (UTC)",
    "release_at": "When a held delivery goes out (UTC)",
    "relevant": "Whether it concerns Korea, the alliance and defence industry",
    "reports": "Number of reports",
    "result": "sent, refused, transient, rate_limited, unknown or broken",
    "revision": "0 for the first text, then counted up",
    "schema_version": "Number of the last migration",
    "score": "The detector's confidence",
    "seen_at": "When this revision was seen (UTC)",
    "sent_at": "When the receiver took it (UTC)",
    "sentence": "The sentence that says it, in its language",
    "seq": "Number of the commit that brought the row",
    "since": "When health last changed (UTC)",
    "stage": "How far it got: proposed, scheduled, agreed, held, signed, joined, outcome; postponed, cancelled; other",
    "start_offset": "Start of the term in the field, in code points",
    "started_at": "When the cycle began, by its clock (UTC)",
    "state": "pending, held, sending, sent, unknown, abandoned or suppressed",
    "status": "HTTP or SMTP status, where there was one",
    "summary": "The summary, cleaned of markup",
    "term": "The term as it stands in the text",
    "text": "The main text: of the article's page, where it was fetched; of a message, as sent",
    "title": "The title, cleaned of markup",
    "track": "Main line of cooperation: consultation_body, nato_projects, ip4_projects or cooperation",
    "tracks": "All lines of cooperation named",
    "until": "End of the silence (UTC); empty: without end",
    "url": "The address, as the feed gave it",
    "why": "Why the item joined this event",
}
_SPECIAL: Final = {
    ("about", "archive"): "The archive's files with their sizes in bytes: one that is gone is written anew",
    ("about", "published_at"): "When this copy was made, by the cycle's clock (UTC)",
    ("about", "seq"): "Number of the last commit in this copy and in the archive",
    ("alerts", "reason"): "Why it deserves an alert",
    ("deliveries", "reason"): "Why it stands so: the last result, or why it was suppressed or abandoned",
    ("mentions", "reason"): "Why it deserves an alert, or why not",
    ("events", "reason"): "Why it is alertable, or why not",
    ("feeds", "language"): "Language code of the feed",
}


def on_table(table: str) -> str:
    """Return the statement that documents a table of the fresh copy. Raises KeyError as `on_column` does."""
    return f"COMMENT ON TABLE fresh.main.{table} IS {_quoted(_TABLES[table])}"


def on_column(table: str, column: str) -> str:
    """Return the statement that documents one of its columns.

    Raises KeyError for a column without a meaning: nothing is published undocumented.
    """
    meaning = _SPECIAL.get((table, column)) or _COLUMNS[column]
    return f"COMMENT ON COLUMN fresh.main.{table}.{column} IS {_quoted(meaning)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

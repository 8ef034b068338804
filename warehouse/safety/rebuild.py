"""A live file made anew from what is published: the copy's tables and the archive's months."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from warehouse.connection import PUBLISHED, Connection, opened
from warehouse.live import migrate
from warehouse.published.archive import FOLDER, lost, quoted, sound
from warehouse.published.publish import archived

_KEY: Final = """
    CREATE TEMP MACRO key_of(id) AS
        (('0x' || id)::UBIGINT::HUGEINT - if(id >= '8', 18446744073709551616::HUGEINT, 0::HUGEINT))::BIGINT
"""
# What the copy holds. A table that it lacks (an older copy) stays empty.
_COPIED: Final = {
    "feeds": "SELECT feed, outlet, url, kind, language, enabled, seq FROM old.feeds",
    "feed_states": "SELECT feed, health, since, last_polled_at, next_due_at, facts, seq"
    " FROM old.feeds WHERE facts IS NOT NULL",
    "polls": "FROM old.polls",
    "items_relevant": "SELECT key_of(item_id) AS key, * EXCLUDE (item_id, relevant) FROM old.items",
    "mentions": "SELECT key_of(item_id) AS key, * EXCLUDE (item_id, event_id, why) FROM old.mentions",
    "evidence": "SELECT key_of(e.item_id) AS key, e.* EXCLUDE (item_id), m.seq"
    " FROM old.evidence AS e JOIN old.mentions AS m USING (item_id)",
    "joins": "SELECT key_of(item_id) AS key, event_id, why, recorded_at, seq"
    " FROM old.mentions WHERE event_id IS NOT NULL",
    "events": "FROM old.event_versions",
    "mutes": "FROM old.mutes",
    "alerts": "FROM old.alerts",
    "transitions": "FROM old.deliveries",
    "attempts": "FROM old.attempts",
    "cycles": "FROM old.cycles",
    "recoveries": "FROM old.recoveries",
}
# What the archive holds. A relevant item whose mention is lost is forgotten on purpose: seen again, it is told again.
_ARCHIVED: Final = {
    "seen": """
        SELECT key_of(item_id) AS key, one AS content, if(one = content, revision, 0) AS revision, feed,
            key_of(origin) AS origin, first_seen_at, seq
        FROM {months}, unnest(contents) AS each(one)
        WHERE NOT relevant OR key_of(item_id) IN (SELECT key FROM items_relevant)
    """,
    "items_other": """
        SELECT key_of(item_id) AS key, * EXCLUDE (item_id, relevant, contents), first_seen_at AS seen_at
        FROM {months} WHERE NOT relevant
    """,
}


def rebuild(home: Path, file: Path, *, from_copy: bool, now: datetime) -> tuple[str, ...]:
    """Make `file`, which does not exist, a live file from the archive, and from the published copy if that is sound.

    Returns the names of the archive's files that were damaged and left out, or that the copy names and that are gone.
    """
    with opened(home, file=file) as con:
        missing = lost(home, archived(con, home / PUBLISHED)[1]) if from_copy else []
        migrate.apply(con, migrate.steps(), now=now)
        con.execute(_KEY)
        months = sorted((home / FOLDER).glob("*.parquet"))
        whole = [month for month in months if sound(con, month)]
        con.execute("BEGIN")
        if from_copy:
            _from_copy(con, home)
        if whole:
            source = f"read_parquet([{', '.join(map(quoted, whole))}], union_by_name = true)"
            for table, question in _ARCHIVED.items():
                con.execute(f"INSERT INTO {table} BY NAME {question.format(months=source)}")
        con.execute("COMMIT")
        con.execute("CHECKPOINT")
    return tuple(sorted({*missing, *(month.name for month in months if month not in whole)}))


def _from_copy(con: Connection, home: Path) -> None:
    con.execute(f"ATTACH {quoted(home / PUBLISHED)} AS old (READ_ONLY)")
    names = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'old'").fetchall()
    for table, question in _COPIED.items():
        if (question.rpartition("old.")[2].split()[0],) in names:
            con.execute(f"INSERT INTO {table} BY NAME {question}")

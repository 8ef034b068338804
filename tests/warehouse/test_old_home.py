"""A home written by 0.1.0 is taken over as it stands: nothing is lost, nothing told twice, every stored noun read."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.model import Delivery, Facts
from extractors.model import FeedState
from extractors.story import Event, Mention
from tests.warehouse import homes
from warehouse.codec import decode, encode
from warehouse.connection import LIVE, reading, writing
from warehouse.live import cycles, events, items, outbox
from warehouse.live.bulk import whole
from warehouse.live.migrate import migrate, steps
from warehouse.published.publish import publish
from warehouse.published.tell import explain, health
from warehouse.safety import recover
from warehouse.sql import rows

THEN = datetime(2025, 8, 5, tzinfo=UTC)
MUTED = "0ee8076f711f2a7b"
STORED = {"events": Event, "mentions": Mention, "transitions": Delivery, "alerts": Facts, "feed_states": FeedState}


def counted(home: Path) -> dict[str, object]:
    """What must still be there, whatever the schema has become."""
    with reading(home) as con:
        known = events.window(con, since=THEN - timedelta(days=400))
        keys = [key for (key,) in con.execute("SELECT DISTINCT key FROM seen").fetchall()]
        return {
            "events": [event.event_id for event in known.events],
            "reports": len(known.reports),
            "states": len(whole(con, FeedState, recover.STATES)),
            "cycles": len(cycles.last_cycles(con, 100)),
            "known": len(items.known(con, keys)),
            "items": len({row["key"] for row in rows(con, "SELECT key FROM items")}),
            "muted": events.muted(con, now=THEN),
            "sent": rows(con, "SELECT count(*) AS n FROM current_deliveries WHERE state = 'sent'"),
        }


def due(home: Path) -> list[str]:
    with writing(home, now=THEN) as con:
        outbox.settle_dead(con, now=THEN)
        return sorted(delivery.state for _, delivery in outbox.due(con, now=THEN))


def within(old: object, new: object) -> bool:
    """Whether a later version says what was said, but for fields that went."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(within(value, new[name]) for name, value in old.items() if name in new)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(within, old, new))
    return old == new


def test_it_is_taken_over_and_rebuilt_from_what_it_published(tmp_path: Path) -> None:
    home = homes.old(tmp_path)
    assert recover.ensure(home, now=THEN) is None
    done = migrate(home, now=THEN)
    assert (done.before, done.after, done.backup is not None) == (1, steps()[-1].version, True)
    before = counted(home)
    assert (before["states"], before["cycles"], before["muted"]) == (11, 19, {MUTED})
    (home / LIVE).unlink()
    recovery = recover.ensure(home, now=THEN)
    assert recovery
    assert recovery.commits == 0
    assert counted(home) == before
    assert due(home) == ["held", "pending", "unknown"]
    publish(home, now=THEN, lexicon_version="t")
    assert health(home).last_cycle
    told = explain(home, MUTED)
    assert (len(told["events"]), len(told["mutes"]), bool(told["sources"])) == (1, 1, True)


def test_what_the_old_codec_wrote_is_read_whole(tmp_path: Path) -> None:
    with reading(homes.old(tmp_path)) as con:
        for table, kind in STORED.items():
            texts = [text for (text,) in con.execute(f"SELECT facts FROM {table}").fetchall()]
            assert texts
            for text in texts:
                assert within(json.loads(text.replace("+00:00", "Z")), json.loads(encode(decode(kind, text))))

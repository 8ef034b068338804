from dataclasses import replace
from datetime import timedelta

import pytest

from extractors.learned import Resolution
from extractors.story import Act, Stage
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import Connection
from warehouse.live import events, items
from warehouse.live.bulk import id_of
from warehouse.sql import rows

HOUR = timedelta(hours=1)


def saved(con: Connection, event_id: str, key: int, **changes: object) -> None:
    told = homes.report(key)
    item = b.item(key=key, content=key, url=told.url, origin=told.item_id)
    items.insert(con, [(item, told.mention)], now=NOW)
    event = b.event(event_id=event_id, **changes)
    resolution = Resolution(events=(event,), joins=((told.item_id, event_id, "new"),), origins=((told.item_id, "ff"),))
    events.save(con, resolution, [told], now=NOW)


def test_the_window_holds_what_identity_needs(con: Connection) -> None:
    long_ago, since = NOW - timedelta(days=500), NOW - timedelta(days=30)
    old = {"last_reported_at": long_ago, "event_date": long_ago.date()}
    saved(con, "recent", 1)
    saved(con, "planned", 2, last_reported_at=long_ago, event_date=(NOW + timedelta(days=90)).date())
    saved(con, "history", 3, history=True, **old)
    saved(con, "chain", 4, **old)
    saved(con, "stale", 5, alertable=False, **old)
    asked = {"last_reported_at": NOW - timedelta(days=300), "act": Act.MEMBERSHIP, "alertable": False}
    saved(con, "asked", 6, stage=Stage.PROPOSED, event_date=None, **asked)
    saved(con, "joined", 7, stage=Stage.JOINED, event_date=None, **asked)
    known = events.window(con, since=since)
    assert [event.event_id for event in known.events] == ["asked", "chain", "history", "planned", "recent"]
    assert {report.item_id: report.origin for report in known.reports} == {id_of(key): "ff" for key in (1, 2, 3, 4, 6)}
    assert ("0000000000000001", "recent") in known.membership
    assert known.reports[0] == replace(homes.report(1), origin="ff")
    span = {"field": "title", "start_offset": 0, "end_offset": 1, "term": "A", "concept": "body", "language": "en"}
    assert rows(con, "SELECT * EXCLUDE (key, seq) FROM evidence WHERE key = 1") == [span]


def test_the_last_version_of_an_event_holds(con: Connection) -> None:
    saved(con, "e", 1)
    events.save(con, Resolution(events=(b.event(event_id="e", title="twice in one commit"),)), [], now=NOW)
    assert events.by_ids(con, ["e", "none"])[0].title == "twice in one commit"
    homes.commit(con)
    events.save(con, Resolution(events=(b.event(event_id="f"),), joins=((id_of(1), "f", "moved"),)), [], now=NOW)
    assert events.all_reports(con, ["e", "f"]) == {"e": (), "f": (replace(homes.report(1), origin="ff"),)}
    assert len(rows(con, "FROM publish.event_versions WHERE event_id = 'e'")) == 2


def test_x1_of_one_outlet_the_latest_reports_are_known(con: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST", 1)
    saved(con, "e", 1)
    saved(con, "f", 2)
    assert sum(map(len, events.all_reports(con, ["e", "f"]).values())) == 1


def test_the_reports_of_an_event_come_oldest_first(con: Connection) -> None:
    for key, hours in ((1, 2), (2, 0), (3, 1)):
        told = homes.report(key, NOW - hours * HOUR)
        item = b.item(key=key, content=key, published_at=told.published_at, first_seen_at=told.first_seen_at)
        items.insert(con, [(item, told.mention)], now=NOW)
        events.save(con, Resolution(joins=((told.item_id, "e", "new"),)), [told], now=NOW)
    assert [report.item_id for report in events.all_reports(con, ["e"])["e"]] == [id_of(key) for key in (1, 3, 2)]


def test_mutes_follow_aliases_and_end(con: Connection) -> None:
    saved(con, "old", 1)
    saved(con, "alias", 2, merged_into="old")
    saved(con, "other", 3)
    events.mute(con, "alias", NOW + HOUR, NOW)
    assert events.muted(con, now=NOW) == {"old", "alias"}
    assert events.muted(con, now=NOW + HOUR) == frozenset()
    events.mute(con, "other", None, NOW)
    assert events.muted(con, now=NOW + HOUR) == {"other"}
    events.mute(con, "other", None, NOW, muted=False)
    assert events.muted(con, now=NOW + HOUR) == frozenset()

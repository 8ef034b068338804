"""What the cycle stores and asks again: feeds, items, events, outbox, cycles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.model import BundleKind, Delivery, DeliveryState, Message, Outgoing, ResultKind, SendResult
from extractors.model import FeedState
from extractors.story import Rejection, Resolution
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import Connection, rows, writing
from warehouse.live import cycles, events, feeds, items, outbox
from warehouse.live.bulk import id_of, key_of
from warehouse.live.migrate import migrate

HOUR = timedelta(hours=1)


@pytest.fixture(name="con")
def _con(tmp_path: Path) -> Iterator[Connection]:
    migrate(tmp_path, now=NOW)
    with writing(tmp_path, now=NOW) as con:
        yield con


def commit(con: Connection, times: int = 1) -> None:
    """Let what follows belong to a later commit."""
    con.execute("UPDATE mark SET seq = seq + $1", [times])


def test_keys_and_ids_are_the_same_number() -> None:
    for key in (0, 1, -1, 2**63 - 1, -(2**63)):
        assert key_of(id_of(key)) == key


def test_states_are_replaced_feed_by_feed(con: Connection) -> None:
    first = [FeedState(feed="a", last_keys=(1, -(2**63))), FeedState(feed="b")]
    feeds.save_states(con, first)
    feeds.save_states(con, {"b": FeedState(feed="b", failures=2, failing_since=NOW)})
    feeds.save_states(con, [])
    assert feeds.load_states(con) == {"a": first[0], "b": FeedState(feed="b", failures=2, failing_since=NOW)}


def test_feeds_are_what_is_configured(con: Connection) -> None:
    feeds.record_feeds(con, [b.feed(), b.feed(name="b")])
    commit(con)
    feeds.record_feeds(con, [b.feed(name="b"), b.feed()])
    assert [(row["feed"], row["seq"]) for row in rows(con, "FROM feeds ORDER BY 1")] == [("a", 1), ("b", 1)]
    feeds.record_feeds(con, [b.feed(enabled=False)])
    assert [(row["feed"], row["enabled"]) for row in rows(con, "FROM feeds")] == [("a", False)]


def put(con: Connection, key: int, content: int, revision: int = 0, feed: str = "a", **changes: object) -> None:
    item = b.item(key=key, content=content, revision=revision, feed=feed, **changes)
    items.insert(con, [(item, Rejection(item_id=item.item_id, reason="x"))])


@pytest.mark.parametrize("later", [1, items.RECENT + 10])
def test_known_joins_all_texts_of_an_item_whenever_they_came(con: Connection, later: int) -> None:
    put(con, 1, 10)
    put(con, 2, 20, origin=id_of(1))
    commit(con, later)
    put(con, 1, 11, 1, first_seen_at=NOW)
    put(con, 3, 10)
    found = items.known(con, [1, 2, 3, 4])
    assert set(found) == {1, 2, 3}
    assert found[1] == items.Seen(
        feed="a", contents=frozenset({10, 11}), revision=1, first_seen_at=NOW, origin=id_of(1)
    )
    assert found[2].origin == id_of(1)
    assert items.origins(con, [10, 20, 99]) == {10: id_of(1), 20: id_of(2)}
    assert items.known(con, []) == {}
    assert items.origins(con, []) == {}


def test_hostile_text_is_stored(con: Connection) -> None:
    put(con, 1, 1, title="한국\ud800 \0 ' \" ; DROP TABLE items", url="https://x/\udfff")
    [item] = items.stored(con, since=NOW)
    assert item.title == "한국? \0 ' \" ; DROP TABLE items"


def test_stored_items_come_as_they_were_decided(con: Connection) -> None:
    told = b.item(key=5, content=5, origin=id_of(5))
    items.insert(con, [(told, b.mention(item_id=told.item_id))], now=NOW)
    commit(con)
    put(con, 6, 6, first_seen_at=NOW + HOUR)
    put(con, 5, 7, 1)
    assert [(item.key, item.revision) for item in items.stored(con, since=NOW)] == [(5, 0), (5, 1), (6, 0)]
    assert [item.key for item in items.stored(con, since=NOW + HOUR)] == [6]
    assert next(items.stored(con, since=NOW)) == told


def saved(con: Connection, event_id: str, key: int, **changes: object) -> None:
    told = homes.report(key)
    item = b.item(key=key, content=key, url=told.url, origin=told.item_id)
    items.insert(con, [(item, told.mention)])
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
    known = events.window(con, since=since)
    assert [event.event_id for event in known.events] == ["chain", "history", "planned", "recent"]
    assert {report.item_id: report.origin for report in known.reports} == {id_of(key): "ff" for key in (1, 2, 3, 4)}
    assert ("0000000000000001", "recent") in known.membership
    assert known.reports[0] == replace(homes.report(1), origin="ff")


def test_the_last_version_of_an_event_holds(con: Connection) -> None:
    saved(con, "e", 1)
    events.save(con, Resolution(events=(b.event(event_id="e", title="twice in one commit"),)), [], now=NOW)
    assert events.by_ids(con, ["e", "none"])[0].title == "twice in one commit"
    commit(con)
    events.save(con, Resolution(events=(b.event(event_id="f"),), joins=((id_of(1), "f", "moved"),)), [], now=NOW)
    assert events.all_reports(con, ["e", "f"]) == {"e": (), "f": (replace(homes.report(1), origin="ff"),)}
    assert len(rows(con, "FROM publish.event_versions WHERE event_id = 'e'")) == 2


def test_mutes_follow_aliases_and_end(con: Connection) -> None:
    saved(con, "old", 1)
    saved(con, "alias", 2, merged_into="old")
    saved(con, "other", 3)
    events.mute(con, "alias", NOW + HOUR, NOW)
    assert events.muted(con, now=NOW) == {"old", "alias"}
    assert events.muted(con, now=NOW + HOUR) == frozenset()
    events.mute(con, "other", None, NOW)
    assert events.muted(con, now=NOW + HOUR) == {"other"}
    events.unmute(con, "other", NOW)
    assert events.muted(con, now=NOW + HOUR) == frozenset()


def state(con: Connection, n: int = 1) -> str:
    return str(rows(con, "SELECT state FROM current_deliveries WHERE alert_id = $a", {"a": f"alert{n}"})[0]["state"])


def test_queueing_again_does_nothing(con: Connection) -> None:
    outbox.queue(con, [homes.alert(1)], [homes.delivery(1)])
    outbox.settle(con, [homes.delivery(1, DeliveryState.SENT, sent_at=NOW)], now=NOW)
    commit(con)
    outbox.queue(con, [homes.alert(1), homes.alert(1)], [homes.delivery(1), homes.delivery(1)])
    outbox.queue(con, [], [])
    assert state(con) == "sent"
    assert len(rows(con, "FROM alerts")) == 1


@pytest.mark.parametrize(
    ("delivery", "due"),
    [
        (homes.delivery(1), True),
        (homes.delivery(1, next_attempt_at=NOW), True),
        (homes.delivery(1, next_attempt_at=NOW + HOUR), False),
        (homes.delivery(1, next_attempt_at=NOW + 100 * HOUR), True),  # the clock went back
        (homes.delivery(1, DeliveryState.HELD, release_at=NOW), True),
        (homes.delivery(1, DeliveryState.HELD, release_at=NOW + 100 * HOUR), False),
        (homes.delivery(1, DeliveryState.UNKNOWN, next_attempt_at=NOW + HOUR), True),
        (homes.delivery(1, DeliveryState.SENDING), False),
        (homes.delivery(1, DeliveryState.SENT), False),
        (homes.delivery(1, DeliveryState.ABANDONED), False),
        (homes.delivery(1, DeliveryState.SUPPRESSED), False),
    ],
)
def test_what_is_due(con: Connection, delivery: Delivery, due: bool) -> None:
    outbox.queue(con, [homes.alert(1)], [delivery])
    assert outbox.due(con, now=NOW) == (((homes.alert(1), delivery),) if due else ())


def test_an_attempt_from_its_start_to_its_record(con: Connection) -> None:
    outbox.queue(con, [homes.alert(1), homes.alert(2)], [homes.delivery(1), homes.delivery(2)])
    outgoing = Outgoing(channel="desk", kind=BundleKind.STORM, message_id="bundle", parts=outbox.due(con, now=NOW))
    outbox.start(con, outgoing, now=NOW)
    assert (state(con, 1), state(con, 2)) == ("sending", "sending")
    sent = [
        homes.delivery(n, DeliveryState.SENT, sent_at=NOW, message_id="bundle", bundle_id="bundle", attempts=1)
        for n in (1, 2)
    ]
    result = SendResult(kind=ResultKind.SENT, reason="250 ok", status=250)
    outbox.record(con, sent, result, Message(message_id="bundle", title="t", text="words"), now=NOW)
    assert state(con) == "sent"
    [attempt] = rows(con, "FROM attempts")
    assert (attempt["message_id"], attempt["alert_ids"], attempt["text"]) == ("bundle", ["alert1", "alert2"], "words")
    outbox.record(con, [homes.delivery(1)], replace(result, kind=ResultKind.BROKEN), None, now=NOW)
    assert rows(con, "SELECT message_id, text FROM attempts WHERE result = 'broken'") == [
        {"message_id": "alert1", "text": None}
    ]


def test_what_a_dead_cycle_left_is_unknown(con: Connection) -> None:
    outbox.queue(con, [homes.alert(1)], [homes.delivery(1)])
    outbox.start(con, Outgoing(channel="desk", kind=None, message_id="alert1", parts=outbox.due(con, now=NOW)), now=NOW)
    assert outbox.settle_dead(con, now=NOW) == 1
    assert outbox.settle_dead(con, now=NOW) == 0
    [(_, delivery)] = outbox.due(con, now=NOW)
    assert (delivery.state, delivery.attempts, delivery.repeat) == (DeliveryState.UNKNOWN, 0, True)


def test_resending_by_hand(con: Connection) -> None:
    outbox.queue(
        con,
        [homes.alert(1), homes.alert(2)],
        [homes.delivery(1, DeliveryState.ABANDONED, attempts=6), homes.delivery(2)],
    )
    outbox.settle(con, [homes.delivery(2, DeliveryState.SENT)], now=NOW)
    assert outbox.resend(con, failed=True, since=NOW + HOUR, now=NOW) == 0
    assert outbox.resend(con, failed=True, since=NOW, now=NOW) == 1
    assert outbox.resend(con, alert_id="alert2", now=NOW) == 1
    assert {(delivery.attempts, delivery.repeat) for _, delivery in outbox.due(con, now=NOW)} == {(0, True)}


def test_missed_slots(con: Connection) -> None:
    assert cycles.unwatched(con, now=NOW) is None
    for n in (1, 0):
        begin = NOW - n * HOUR
        record = cycles.CycleRecord(
            started_at=begin, finished_at=begin, outcomes=(("new", 1),), seconds=(("poll", 0.5),)
        )
        cycles.record_cycle(con, record)
        commit(con)
    assert cycles.last_cycles(con, 1) == (record,)
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=40)) is None
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=41)) == (NOW, NOW + timedelta(minutes=41))
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=31), every=timedelta(seconds=30))
    assert cycles.unwatched(con, now=NOW + timedelta(minutes=29), every=timedelta(seconds=30)) is None

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from alerts.decide import bundle
from alerts.model import Alert, BundleKind, Channel, Delivery, DeliveryState, Outgoing
from tests import builders
from tests.alerts.making import facts, pair
from tests.builders import NOW

Pair = tuple[Alert, Delivery]
RELEASED = {"state": DeliveryState.HELD, "release_at": NOW}


def _plan(*pairs: Pair, unwatched: bool = False, **channel: Any) -> tuple[Outgoing, ...]:
    channels = {"desk": builders.channel(**channel)}
    window = (NOW - timedelta(hours=9), NOW) if unwatched else None
    return bundle.plan(pairs, channels, now=NOW, unwatched=window)


def _kinds(messages: tuple[Outgoing, ...]) -> list[tuple[BundleKind | None, int]]:
    return [(message.kind, len(message.parts)) for message in messages]


def test_nothing_due_nothing_sent() -> None:
    assert _plan() == ()
    assert _plan(mode="digest") == ()


def test_few_go_out_one_by_one_under_their_own_ids() -> None:
    messages = _plan(*(pair(n) for n in range(1, 4)))
    assert _kinds(messages) == [(None, 1)] * 3
    assert [message.message_id for message in messages] == [f"{n:016x}" for n in range(1, 4)]
    assert {part[1].bundle_id for message in messages for part in message.parts} == {None}


@pytest.mark.parametrize(("count", "kinds"), [(10, [(None, 1)] * 10), (11, [(BundleKind.STORM, 11)])])
def test_more_than_the_cap_at_once_is_a_storm(count: int, kinds: list[tuple[BundleKind | None, int]]) -> None:
    assert _kinds(_plan(*(pair(n) for n in range(count)))) == kinds


def test_a_bundle_has_an_id_of_its_content_and_its_deliveries_remember_it() -> None:
    (one,) = _plan(pair(1), pair(2), storm_cap=1)
    (same,) = _plan(pair(2), pair(1), storm_cap=1)
    (other,) = _plan(pair(1), pair(3), storm_cap=1)
    assert one.message_id == same.message_id != other.message_id
    assert {(part.bundle_id, part.bundle_kind, part.message_id) for _, part in one.parts} == {
        (one.message_id, BundleKind.STORM, one.message_id)
    }


def test_a_bundle_is_never_longer_than_receivers_take() -> None:
    messages = _plan(*(pair(n) for n in range(120)))
    assert [len(message.parts) for message in messages] == [50, 50, 20]
    assert len({message.message_id for message in messages}) == 3


def test_a_digest_takes_all_that_is_released_even_one_and_urgent_news_goes_before() -> None:
    messages = _plan(pair(1, delivery=RELEASED), pair(2), pair(3, delivery=RELEASED), mode="digest")
    assert _kinds(messages) == [(None, 1), (BundleKind.DIGEST, 2)]
    assert _kinds(_plan(pair(1, delivery=RELEASED), mode="digest")) == [(BundleKind.DIGEST, 1)]


def test_what_quiet_hours_held_is_released_together() -> None:
    assert _kinds(_plan(pair(1, delivery=RELEASED), pair(2, delivery=RELEASED), pair(3))) == [
        (None, 1),
        (BundleKind.RELEASE, 2),
    ]
    assert _kinds(_plan(pair(1, delivery=RELEASED))) == [(None, 1)]


def test_what_fell_due_while_nobody_watched_is_one_message_that_says_when() -> None:
    (message,) = _plan(pair(1), pair(2, delivery=RELEASED), unwatched=True)
    assert message.kind is BundleKind.CATCH_UP
    assert message.note == "2025-06-26 03:00 – 2025-06-26 12:00 KST"
    assert _kinds(_plan(pair(1), unwatched=True)) == [(None, 1)]
    assert _kinds(_plan(pair(1, delivery=RELEASED), unwatched=True, mode="digest")) == [(BundleKind.DIGEST, 1)]


def test_a_first_runs_list_goes_alone() -> None:
    first = pair(9, change="baseline", event_id=None, facts=facts(kind="baseline"))
    messages = _plan(pair(1, delivery=RELEASED), first, pair(2, delivery=RELEASED), mode="digest")
    assert _kinds(messages) == [(BundleKind.BASELINE, 1), (BundleKind.DIGEST, 2)]
    assert messages[0].message_id == f"{9:016x}"


def test_chains_that_advanced_come_first_then_track_then_age_and_health_last() -> None:
    health = pair(7, change="unhealthy", event_id=None, facts=facts(kind="health", track="", tracks=()))
    pairs = [
        health,
        pair(6, change="corroborated"),
        pair(5, change="corrected"),
        pair(4, facts=facts(track="cooperation")),
        pair(3, created_at=NOW),
        pair(2, created_at=NOW - timedelta(hours=1)),
        pair(1, change="advanced", facts=facts(track="cooperation")),
    ]
    ids = [part[0].alert_id for message in _plan(*pairs) for part in message.parts]
    assert ids == [f"{n:016x}" for n in range(1, 8)]
    (storm,) = _plan(*pairs, storm_cap=1)
    assert [part[0].alert_id for part in storm.parts] == ids


LOST = {"state": DeliveryState.UNKNOWN, "repeat": True}


def test_what_may_have_arrived_goes_alone_under_its_own_id() -> None:
    messages = _plan(*(pair(n) for n in range(2, 14)), pair(1, delivery=LOST))
    assert _kinds(messages) == [(None, 1), (BundleKind.STORM, 12)]
    assert messages[0].message_id == f"{1:016x}"


def test_a_repeat_that_was_since_refused_is_a_repeat_still() -> None:
    refused = pair(1, delivery={"state": DeliveryState.PENDING, "repeat": True, "attempts": 1})
    assert _kinds(_plan(refused, pair(2), pair(3), storm_cap=1)) == [(None, 1), (BundleKind.STORM, 2)]


def test_what_a_clock_gone_wrong_would_release_in_a_year_waits_for_no_bundle() -> None:
    ahead = pair(1, delivery={"state": DeliveryState.HELD, "release_at": NOW + timedelta(days=365)})
    assert _kinds(_plan(ahead, pair(2, delivery=RELEASED), mode="digest")) == [(None, 1), (BundleKind.DIGEST, 1)]


def test_a_bundle_that_may_have_arrived_is_sent_as_it_was() -> None:
    once = _plan(pair(1, delivery=RELEASED), pair(2, delivery=RELEASED), mode="digest")[0]
    lost = [
        pair(int(alert.alert_id, 16), delivery={**LOST, "bundle_id": part.bundle_id, "bundle_kind": part.bundle_kind})
        for alert, part in once.parts
    ]
    again, new = _plan(*lost, pair(3, delivery=RELEASED), mode="digest")
    assert (again.message_id, again.kind, len(again.parts)) == (once.message_id, BundleKind.DIGEST, 2)
    assert new.message_id != once.message_id


def test_a_repeat_that_is_backed_off_waits_and_one_planned_by_a_clock_gone_wrong_does_not() -> None:
    def lost(ahead: timedelta) -> Pair:
        return pair(1, delivery={**LOST, "next_attempt_at": NOW + ahead})

    assert _plan(lost(timedelta(hours=1))) == ()
    assert len(_plan(lost(timedelta()))) == 1
    assert len(_plan(lost(timedelta(days=400)))) == 1


def test_a_further_attempt_waits_for_the_end_of_quiet_hours() -> None:
    quiet: dict[str, Any] = {"quiet_from": time(11), "quiet_to": time(13)}
    again = pair(1, delivery={"attempts": 1})
    assert _plan(again, **quiet) == ()
    assert len(_plan(again, **quiet, urgent_tracks=("consultation_body",))) == 1
    assert len(_plan(pair(1, delivery=RELEASED), **quiet)) == 1, "a late cycle releases what was held"


def test_channels_are_served_in_their_order_and_unknown_ones_not_at_all() -> None:
    names = ("b", "a")
    channels: dict[str, Channel] = {name: builders.channel(name=name) for name in names}
    pairs = [pair(1, delivery={"channel": name}) for name in ("a", "gone", "b")]
    assert [message.channel for message in bundle.plan(pairs, channels, now=NOW)] == ["b", "a"]

from datetime import time, timedelta
from typing import Any

import pytest

from alerts.decide import bundle
from alerts.model import Alert, BundleKind, Delivery, DeliveryState, Outgoing
from tests import builders
from tests.alerts.making import facts, pair
from tests.builders import NOW

Pair = tuple[Alert, Delivery]
Kinds = list[tuple[BundleKind | None, int]]
HELD: dict[str, Any] = {"state": DeliveryState.HELD, "release_at": NOW}
LOST: dict[str, Any] = {"state": DeliveryState.UNKNOWN, "repeat": True}
REFUSED: dict[str, Any] = {"repeat": True, "attempts": 1}
QUIET: dict[str, Any] = {"quiet_from": time(11), "quiet_to": time(13)}
DIGEST, RELEASE, STORM = BundleKind.DIGEST, BundleKind.RELEASE, BundleKind.STORM
FIRST = pair(99, change="baseline", event_id=None, facts=facts(kind="baseline"))


def _plan(*pairs: Pair, unwatched: bool = False, **channel: Any) -> tuple[Outgoing, ...]:
    window = (NOW - timedelta(hours=9), NOW) if unwatched else None
    return bundle.plan(pairs, {"desk": builders.channel(**channel)}, now=NOW, unwatched=window)


def _kinds(messages: tuple[Outgoing, ...]) -> Kinds:
    return [(message.kind, len(message.parts)) for message in messages]


def _pairs(count: int, **delivery: Any) -> list[Pair]:
    return [pair(n, delivery=delivery) for n in range(1, count + 1)]


def _ahead(hours: int) -> Pair:
    return pair(delivery={**LOST, "next_attempt_at": NOW + timedelta(hours=hours)})


@pytest.mark.parametrize(
    ("pairs", "channel", "kinds"),
    [
        ([], {}, []),
        ([], {"mode": "digest"}, []),
        (_pairs(10), {}, [(None, 1)] * 10),
        (_pairs(11), {}, [(STORM, 11)]),
        (_pairs(120), {}, [(STORM, 50), (STORM, 50), (STORM, 20)]),  # no longer than receivers take
        # a digest takes all that is released, even one, and urgent news goes before
        ([*_pairs(2, **HELD), pair(3)], {"mode": "digest"}, [(None, 1), (DIGEST, 2)]),
        (_pairs(1, **HELD), {"mode": "digest"}, [(DIGEST, 1)]),
        # what quiet hours held is released together
        ([*_pairs(2, **HELD), pair(3)], {}, [(None, 1), (RELEASE, 2)]),
        (_pairs(1, **HELD), {}, [(None, 1)]),
        # a clock that was ahead would release it in a year
        ([pair(9, delivery={**HELD, "release_at": NOW + timedelta(days=365)}), *_pairs(1, **HELD)], {"mode": "digest"}, [(None, 1), (DIGEST, 1)]),
        # what fell due while nobody watched
        ([pair(9), *_pairs(1, **HELD)], {"unwatched": True}, [(BundleKind.CATCH_UP, 2)]),
        (_pairs(1), {"unwatched": True}, [(None, 1)]),
        (_pairs(2, **HELD), {"unwatched": True, "mode": "digest"}, [(DIGEST, 2)]),
        # a first run's list goes alone
        ([*_pairs(2, **HELD), FIRST], {"mode": "digest"}, [(BundleKind.BASELINE, 1), (DIGEST, 2)]),
        # what may have arrived goes alone, also when it was refused since
        ([*_pairs(12), pair(99, delivery=LOST)], {}, [(None, 1), (STORM, 12)]),
        ([pair(9, delivery=REFUSED), *_pairs(2)], {"storm_cap": 1}, [(None, 1), (STORM, 2)]),
        # a repeat that is backed off waits, one planned by a clock gone wrong does not
        ([_ahead(1)], {}, []),
        ([_ahead(0)], {}, [(None, 1)]),
        ([_ahead(9600)], {}, [(None, 1)]),
        # a further attempt waits for the end of quiet hours; a late cycle releases what was held
        (_pairs(1, attempts=1), QUIET, []),
        (_pairs(1, attempts=1), {**QUIET, "urgent_tracks": ("consultation_body",)}, [(None, 1)]),
        (_pairs(1, **HELD), QUIET, [(None, 1)]),
    ],
)  # fmt: skip
def test_what_is_due_goes_out_in_these_messages(pairs: list[Pair], channel: dict[str, Any], kinds: Kinds) -> None:
    messages = _plan(*pairs, **channel)
    assert _kinds(messages) == kinds
    assert len({message.message_id for message in messages}) == len(kinds)
    for message in messages:
        for alert, row in message.parts:
            assert (row.message_id, row.bundle_kind) == (message.message_id, message.kind)
            assert row.bundle_id == (message.message_id if message.kind else None)
            assert message.kind or message.message_id == alert.alert_id, "alone under its own id"
            assert message.kind is not BundleKind.BASELINE or message.message_id == alert.alert_id


def test_a_bundles_id_is_its_contents_and_a_catch_up_says_when_nobody_watched() -> None:
    (one,), (same,), (other,) = (_plan(pair(1), pair(n), storm_cap=1) for n in (2, 2, 3))
    assert one.message_id == same.message_id != other.message_id
    assert _plan(pair(1), pair(2), unwatched=True)[0].note == "2025-06-26 03:00 – 2025-06-26 12:00 KST"


def test_chains_that_advanced_come_first_then_track_then_age_and_health_last() -> None:
    general = facts(track="cooperation")
    pairs = [
        pair(1, change="unhealthy", event_id=None, facts=facts(kind="health", track="", tracks=())),
        pair(2, change="corroborated"),
        pair(3, change="corrected"),
        pair(4, facts=general, created_at=NOW - timedelta(hours=2)),
        pair(9),
        pair(8, delivery=HELD),
        pair(5, created_at=NOW - timedelta(hours=1)),
        pair(6, change="advanced", facts=general),
    ]
    for more in ({"storm_cap": 10}, {"storm_cap": 1}, {"unwatched": True}):
        ids = [int(part[0].alert_id, 16) for message in _plan(*pairs, **more) for part in message.parts]
        assert ids == [
            6,
            5,
            *([8, 9] if "unwatched" in more else [9]),
            4,
            3,
            2,
            1,
            *([] if "unwatched" in more else [8]),
        ]


def test_a_bundle_that_may_have_arrived_is_sent_as_it_was() -> None:
    (once,) = _plan(*_pairs(2, **HELD), mode="digest")
    lost = [
        pair(int(alert.alert_id, 16), delivery={**LOST, "bundle_id": row.bundle_id, "bundle_kind": row.bundle_kind})
        for alert, row in once.parts
    ]
    again, new = _plan(*lost, pair(3, delivery=HELD), mode="digest")
    assert (again.message_id, again.kind, len(again.parts)) == (once.message_id, DIGEST, 2)
    assert new.message_id != once.message_id


def test_channels_are_served_in_their_order_and_unknown_ones_not_at_all() -> None:
    channels = {name: builders.channel(name=name) for name in ("b", "a")}
    pairs = [pair(1, delivery={"channel": name}) for name in ("a", "gone", "b")]
    assert [message.channel for message in bundle.plan(pairs, channels, now=NOW)] == ["b", "a"]

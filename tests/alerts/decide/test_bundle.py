from datetime import timedelta
from typing import Any

from alerts.decide import bundle
from alerts.model import Alert, BundleKind, Channel, Delivery, DeliveryState, Outgoing
from tests import builders
from tests.alerts.making import facts, pair
from tests.builders import NOW
from tests.table import table, typed

Pair = tuple[Alert, Delivery]
HELD: dict[str, Any] = {"state": DeliveryState.HELD, "release_at": NOW}
LOST: dict[str, Any] = {"state": DeliveryState.UNKNOWN, "repeat": True}
REFUSED: dict[str, Any] = {"repeat": True, "attempts": 1}
DIGEST, RELEASE, STORM = BundleKind.DIGEST, BundleKind.RELEASE, BundleKind.STORM
FIRST = pair(99, change="baseline", event_id=None, facts=facts(kind="baseline"))


def _plan(*pairs: Pair, unwatched: bool = False, **channel: Any) -> tuple[Outgoing, ...]:
    window = (NOW - timedelta(hours=9), NOW) if unwatched else None
    return bundle.plan(pairs, {"desk": builders.channel(**channel)}, now=NOW, unwatched=window)


def _pairs(count: int, **delivery: Any) -> list[Pair]:
    return [pair(n, delivery=delivery) for n in range(1, count + 1)]


def _read(n: tuple[int, int] | None = None, **delivery: Any) -> list[Pair]:
    """Read pairs as a row has them: their first and last number, and their deliveries; or the list of a first run."""
    return [pair(k, delivery=typed(Delivery, delivery)) for k in range(n[0], n[1] + 1)] if n else [FIRST]


@table("pairs, channel, kinds")
def test_what_is_due_goes_out_in_these_messages(
    pairs: list[dict[str, Any]], channel: dict[str, Any], kinds: list[tuple[str, int]]
) -> None:
    unwatched = channel.pop("unwatched", False)
    read = [one for told in pairs for one in _read(**told)]
    messages = _plan(*read, unwatched=unwatched, **typed(Channel, channel))
    assert [(message.kind or "", len(message.parts)) for message in messages] == kinds
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
        pair(9, created_at=NOW - timedelta(hours=1)),
        pair(8, delivery=HELD),
        pair(5),
        pair(6, change="advanced", facts=general),
    ]
    for more, order in (
        ({"storm_cap": 10}, [6, 9, 5, 4, 3, 2, 1, 8]),
        ({"storm_cap": 1}, [6, 9, 5, 4, 3, 2, 1, 8]),
        ({"unwatched": True}, [6, 9, 5, 8, 4, 3, 2, 1]),
    ):
        ids = [int(part[0].alert_id, 16) for message in _plan(*pairs, **more) for part in message.parts]
        assert ids == order


def test_a_bundle_that_may_have_arrived_is_sent_as_it_was() -> None:
    (once,) = _plan(*_pairs(2, **HELD), mode="digest")
    sent = [
        (int(alert.alert_id, 16), {"bundle_id": row.bundle_id, "bundle_kind": row.bundle_kind})
        for alert, row in once.parts
    ]
    lost = [pair(n, delivery={**LOST, **bundled}) for n, bundled in sent]
    again, new = _plan(*lost, pair(3, delivery=HELD), mode="digest")
    assert (again.message_id, again.kind, len(again.parts)) == (once.message_id, DIGEST, 2)
    assert new.message_id != once.message_id


def test_channels_are_served_in_their_order_and_unknown_ones_not_at_all() -> None:
    channels = {name: builders.channel(name=name) for name in ("b", "a")}
    pairs = [pair(1, delivery={"channel": name}) for name in ("a", "gone", "b")]
    assert [message.channel for message in bundle.plan(pairs, channels, now=NOW)] == ["b", "a"]

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from alerts.decide import rules
from alerts.model import Channel, DeliveryState
from extractors.learned import ChangeKind
from extractors.model import FeedNotice
from extractors.story import Event, Track
from tests import builders
from tests.alerts.making import change, told
from tests.builders import NOW
from tests.table import table, typed

HELD, PENDING = DeliveryState.HELD, DeliveryState.PENDING
BODY, COOPERATION, PROJECTS = Track.CONSULTATION_BODY, Track.COOPERATION, Track.NATO_PROJECTS
DIGEST: dict[str, Any] = {"name": "digest", "mode": "digest", "digest_at": "daily 08:00"}
NIGHT: dict[str, Any] = {"quiet_from": time(11), "quiet_to": time(13)}
DESK = builders.channel()
MORNING = datetime(2025, 6, 26, 23, tzinfo=UTC)  # 08:00 in Seoul


@table("what, channel, comes")
def test_each_change_is_told_held_or_kept(what: dict[str, Any], channel: dict[str, Any], comes: object) -> None:
    """`comes`: a state, the time of release, the reason against it; None where the channel has no row."""
    made, kind = builders.channel(**typed(Channel, channel)), ChangeKind(what.pop("kind", "new"))
    before = builders.event(**typed(Event, what.pop("before"))) if "before" in what else None
    alerts, rows = told([change(kind, before=before, **typed(Event, what))], made, muted=frozenset({"muted"}))
    assert len(alerts) == len(rows[made.name]) == (comes is not None)
    for row in rows[made.name]:
        assert (row.release_at or row.reason or row.state) == comes
        assert (row.state is HELD) is (row.release_at is not None)


def test_an_alert_is_the_same_on_every_channel_and_after_a_restore() -> None:
    (first,), rows = told([change()], DESK, builders.channel(**DIGEST))
    (again,), _ = told([change()], DESK)
    (other,), _ = told([change(key="advanced:held")], DESK)
    assert {row.alert_id for rows_ in rows.values() for row in rows_} == {first.alert_id}
    assert again.alert_id == first.alert_id != other.alert_id
    assert len(first.alert_id) == 16


def test_what_a_first_run_finds_is_withheld_and_listed_once_a_set_of_channels() -> None:
    known: dict[str, dict[str, Any]] = {
        "e1": {"baseline": True},
        "e2": {"baseline": True, "tracks": (PROJECTS,)},
        "e3": {},
    }
    changes = [change(event_id=name, **more) for name, more in known.items()]
    asked = {"second": (), "projects": ("nato_projects",), "ip4": ("ip4_projects",)}
    alerts, rows = told(changes, DESK, *(builders.channel(name=name, tracks=tracks) for name, tracks in asked.items()))
    assert [alert.change for alert in alerts] == ["new", "new", "new", "baseline", "baseline"]
    both, projects = alerts[3:]
    assert (both.event_id, both.facts.kind) == (None, "baseline")
    assert [(part.alert_id, part.event_id, part.title, part.url) for part in both.facts.parts] == [
        (alerts[0].alert_id, "e1", "A title", "https://a.example/1"), (alerts[1].alert_id, "e2", "A title", "https://a.example/1")
    ]  # fmt: skip
    assert [part.event_id for part in projects.facts.parts] == ["e2"]
    for name in ("desk", "second"):
        assert [row.reason or row.state for row in rows[name]] == ["baseline", "baseline", PENDING, PENDING]
        assert rows[name][-1].alert_id == both.alert_id
    assert rows["projects"][-1].alert_id == projects.alert_id
    assert {row.reason for row in rows["ip4"]} == {"track not asked for"}


NOTICE = FeedNotice(feed="herald", outlet="The Herald", kind="unhealthy", since=NOW, detail="five failures", key="k")
OPS = builders.channel(name="ops", operators=True)


@pytest.mark.parametrize(
    ("channels", "hear"),
    [
        ([DESK, OPS], {"ops": None}),
        # o8: where the operators' channel stands still the others hear
        ([DESK, replace(OPS, problem="OPS is not set")], {"desk": None}),
        ([replace(OPS, problem="OPS is not set")], {"ops": None}),
        # where nobody is an operator all are; it waits for morning and digest
        ([DESK, builders.channel(**DIGEST), builders.channel(name="night", **NIGHT)], {"desk": None, "digest": MORNING, "night": NOW + timedelta(hours=1)}),
    ],
)  # fmt: skip
def test_health_goes_to_the_operators(channels: list[Any], hear: dict[str, datetime | None]) -> None:
    (alert,), rows = rules.for_notices([NOTICE], channels, now=NOW)
    assert {row.channel: row.release_at for row in rows} == hear
    assert (alert.change, alert.event_id, alert.facts.kind) == ("unhealthy", None, "health")
    assert alert.facts.detail == alert.reason == "five failures"


@table("outlet, title")
def test_a_notice_is_titled_by_outlet_and_feed(outlet: str, title: str) -> None:
    (alert,), _ = rules.for_notices([replace(NOTICE, outlet=outlet)], [DESK], now=NOW)
    assert alert.facts.title == title


def test_what_is_queued_at_the_very_minute_of_a_digest_goes_with_it() -> None:
    digest = builders.channel(**DIGEST)
    assert rules.due_at(digest, MORNING) is None
    assert rules.due_at(digest, MORNING + timedelta(minutes=1)) == MORNING + timedelta(days=1)
    quiet = builders.channel(**DIGEST, quiet_from=time(7), quiet_to=time(9))
    assert rules.due_at(quiet, MORNING - timedelta(hours=6)) == MORNING + timedelta(hours=1)
    assert rules.due_at(DESK, MORNING) is None


def test_x4_what_was_told_as_a_part_of_another_event_has_a_row_with_its_reason() -> None:
    parted = replace(change(), silent="told as a part of event e9")
    _, rows = told([parted], builders.channel(name="now"), builders.channel(name="other", tracks=(Track.IP4_PROJECTS,)))
    reasons = [row.reason for rows_ in rows.values() for row in rows_]
    assert reasons == ["told as a part of event e9", "track not asked for"]

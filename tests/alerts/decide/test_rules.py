from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from alerts.decide import rules
from alerts.model import DeliveryState
from extractors.learned import ChangeKind
from extractors.model import FeedNotice
from extractors.story import Act, Stage, Track
from tests import builders
from tests.alerts.making import change, told
from tests.builders import NOW

HELD, PENDING = DeliveryState.HELD, DeliveryState.PENDING
BODY, COOPERATION, PROJECTS = Track.CONSULTATION_BODY, Track.COOPERATION, Track.NATO_PROJECTS
DIGEST: dict[str, Any] = {"name": "digest", "mode": "digest", "digest_at": "daily 08:00"}
NIGHT: dict[str, Any] = {"quiet_from": time(11), "quiet_to": time(13)}
DESK = builders.channel()
MORNING = datetime(2025, 6, 26, 23, tzinfo=UTC)  # 08:00 in Seoul
FURTHER = {"kind": ChangeKind.CORROBORATED, "before": builders.event()}
KOREAN = builders.event(languages=("ko",))
KEPT = "corrected, but nothing that was told is reversed"


def _corrected(act: Act, old: Stage, new: Stage) -> dict[str, Any]:
    return {"kind": ChangeKind.CORRECTED, "before": builders.event(act=act, stage=old), "act": act, "stage": new}


@pytest.mark.parametrize(
    ("what", "channel", "comes"),
    [
        ({}, {}, PENDING),
        ({"kind": ChangeKind.ADVANCED}, {}, PENDING),
        ({"kind": ChangeKind.ADVANCED}, DIGEST, MORNING),
        ({"alertable": False}, {}, None),
        ({}, {"tracks": ("nato_projects",)}, "track not asked for"),
        ({"tracks": (BODY, COOPERATION)}, {"tracks": ("cooperation", "ip4_projects")}, PENDING),
        ({}, {"stages": ("held", "signed")}, "stage not asked for"),
        ({}, {"stages": ("agreed",)}, PENDING),
        ({}, {"languages": ("ko",)}, "language not asked for"),
        ({}, {"languages": ("ko", "en")}, PENDING),
        ({"event_id": "muted"}, {}, "muted"),
        # corroboration is for digests alone, and muted there too
        (FURTHER, {}, None),
        (FURTHER, DIGEST, MORNING),
        ({**FURTHER, "event_id": "muted"}, DIGEST, "muted"),
        (FURTHER, {**DIGEST, "tracks": ("ip4_projects",)}, None),
        # a further report that makes the event one the channel asks for is news there
        ({**FURTHER, "before": KOREAN, "languages": ("ko", "en")}, {"languages": ("en",)}, PENDING),
        ({**FURTHER, "before": KOREAN, "languages": ("ko", "en")}, {"languages": ("ko",)}, None),
        ({"kind": ChangeKind.CORRECTED, "before": KOREAN, "languages": ("ko", "en")}, {"languages": ("en",)}, PENDING),
        ({"kind": ChangeKind.CORRECTED, "before": KOREAN, "languages": ("ko", "en")}, {"languages": ("ko",)}, KEPT),
        # a correction is told when it reverses what was told
        (_corrected(Act.SESSION, Stage.SCHEDULED, Stage.CANCELLED), {}, PENDING),
        (_corrected(Act.SESSION, Stage.POSTPONED, Stage.HELD), {}, PENDING),
        (_corrected(Act.SESSION, Stage.CANCELLED, Stage.POSTPONED), {}, PENDING),
        (_corrected(Act.SESSION, Stage.HELD, Stage.CANCELLED), {}, PENDING),
        (_corrected(Act.DOCUMENT, Stage.SIGNED, Stage.AGREED), {}, PENDING),
        (_corrected(Act.DOCUMENT, Stage.AGREED, Stage.SIGNED), {}, KEPT),
        (_corrected(Act.DOCUMENT, Stage.AGREED, Stage.AGREED), {}, KEPT),
        ({"kind": ChangeKind.CORRECTED}, {}, KEPT),
        # quiet hours and digests hold all but urgent tracks, and urgent corroboration too
        ({}, {**NIGHT, "urgent_tracks": ("nato_projects",)}, NOW + timedelta(hours=1)),
        ({"tracks": (COOPERATION, PROJECTS)}, {**NIGHT, "urgent_tracks": ("nato_projects",)}, PENDING),
        ({}, {**DIGEST, "urgent_tracks": ("consultation_body",)}, PENDING),
        (FURTHER, {**DIGEST, "urgent_tracks": ("consultation_body",)}, MORNING),
    ],
)  # fmt: skip
def test_each_change_is_told_at_once_held_or_kept_with_its_reason(
    what: dict[str, Any], channel: dict[str, Any], comes: object
) -> None:
    """`comes`: a state, the time of release, the reason against it; None where the channel has no row."""
    made = builders.channel(**channel)
    alerts, rows = told([change(**what)], made, muted=frozenset({"muted"}))
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
    changes = [
        change(event_id="e1", baseline=True),
        change(event_id="e2", baseline=True, tracks=(PROJECTS,)),
        change(event_id="e3"),
    ]
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


@pytest.mark.parametrize(
    ("outlet", "title"), [("The Herald", "The Herald: herald"), ("", "herald"), ("herald", "herald")]
)
def test_a_notice_is_titled_by_outlet_and_feed(outlet: str, title: str) -> None:
    (alert,), _ = rules.for_notices([replace(NOTICE, outlet=outlet)], [DESK], now=NOW)
    assert alert.facts.title == title


def test_what_is_queued_at_the_very_minute_of_a_digest_goes_with_it() -> None:
    digest = builders.channel(**DIGEST)
    assert rules.due_at(digest, MORNING) is None
    assert rules.due_at(digest, MORNING + timedelta(minutes=1)) == MORNING + timedelta(days=1)


def test_x4_what_was_told_as_a_part_of_another_event_has_a_row_with_its_reason() -> None:
    parted = replace(change(), silent="told as a part of event e9")
    _, rows = told([parted], builders.channel(name="now"), builders.channel(name="other", tracks=(Track.IP4_PROJECTS,)))
    assert [row.reason for rows_ in rows.values() for row in rows_] == [
        "told as a part of event e9",
        "track not asked for",
    ]

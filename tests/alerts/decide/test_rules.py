from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from alerts.decide import rules
from alerts.model import DeliveryState
from extractors.learned import ChangeKind
from extractors.model import FeedNotice
from extractors.story import Act, Stage, Track
from tests import builders
from tests.alerts.making import change, told
from tests.builders import NOW

HELD, PENDING, SUPPRESSED = DeliveryState.HELD, DeliveryState.PENDING, DeliveryState.SUPPRESSED
DIGEST = builders.channel(name="digest", mode="digest", digest_at="daily 08:00")
DESK = builders.channel()
MORNING = datetime(2025, 6, 26, 23, tzinfo=UTC)  # 08:00 in Seoul


@pytest.mark.parametrize("kind", [ChangeKind.NEW, ChangeKind.ADVANCED])
def test_news_goes_out_at_once_and_into_the_next_digest(kind: ChangeKind) -> None:
    alerts, rows = told([change(kind)], DESK, DIGEST)
    assert [alert.change for alert in alerts] == [kind]
    assert [(row.state, row.release_at) for row in rows["desk"]] == [(PENDING, None)]
    assert [(row.state, row.release_at) for row in rows["digest"]] == [(HELD, MORNING)]


def test_an_alert_is_the_same_on_every_channel_and_after_a_restore() -> None:
    first, rows = told([change()], DESK, DIGEST)
    again, _ = told([change()], DESK, now=NOW + timedelta(days=3))
    other, _ = told([change(key="advanced:held")], DESK)
    assert {row.alert_id for rows_ in rows.values() for row in rows_} == {first[0].alert_id}
    assert again[0].alert_id == first[0].alert_id != other[0].alert_id
    assert len(first[0].alert_id) == 16


def test_an_event_that_deserves_no_alert_has_none() -> None:
    assert told([change(alertable=False)], DESK) == ((), {"desk": []})


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ({"tracks": ("nato_projects",)}, "track not asked for"),
        ({"tracks": ("cooperation", "ip4_projects")}, ""),
        ({"stages": ("held", "signed")}, "stage not asked for"),
        ({"stages": ("agreed",)}, ""),
        ({"languages": ("ko",)}, "language not asked for"),
        ({"languages": ("ko", "en")}, ""),
    ],
)
def test_a_channel_hears_what_it_asks_for_and_a_reason_is_kept_for_the_rest(
    channel: dict[str, object], reason: str
) -> None:
    tracks = (Track.CONSULTATION_BODY, Track.COOPERATION)
    _, rows = told([change(tracks=tracks, languages=("en",))], builders.channel(**channel))
    assert [(row.state, row.reason) for row in rows["desk"]] == [(SUPPRESSED if reason else PENDING, reason)]


def test_a_muted_event_is_suppressed_and_says_so() -> None:
    _, rows = told([change(event_id="e1"), change(event_id="e2")], DESK, muted=frozenset({"e1"}))
    assert [(row.state, row.reason) for row in rows["desk"]] == [(SUPPRESSED, "muted"), (PENDING, "")]


def test_corroboration_is_for_digests_alone_and_muted_there_too() -> None:
    further = change(ChangeKind.CORROBORATED, before=builders.event())
    alerts, rows = told([further], DESK, DIGEST)
    assert (len(alerts), rows["desk"]) == (1, [])
    assert [(row.state, row.release_at) for row in rows["digest"]] == [(HELD, MORNING)]
    _, rows = told([further], DIGEST, muted=frozenset({"e1"}))
    assert [row.reason for row in rows["digest"]] == ["muted"]
    other = builders.channel(name="digest", mode="digest", tracks=("ip4_projects",))
    assert told([further], DESK, other) == ((), {"desk": [], "digest": []})


@pytest.mark.parametrize("kind", [ChangeKind.CORROBORATED, ChangeKind.CORRECTED])
def test_a_further_report_that_makes_the_event_one_the_channel_asks_for_is_news_there(kind: ChangeKind) -> None:
    before = builders.event(languages=("ko",))
    later = change(kind, before=before, languages=("ko", "en"))
    _, rows = told(
        [later], builders.channel(name="english", languages=("en",)), builders.channel(name="korean", languages=("ko",))
    )
    assert [row.state for row in rows["english"]] == [PENDING]
    assert all(row.state is SUPPRESSED for row in rows["korean"])


@pytest.mark.parametrize(
    ("act", "old", "new", "sent"),
    [
        (Act.SESSION, Stage.SCHEDULED, Stage.CANCELLED, True),
        (Act.SESSION, Stage.POSTPONED, Stage.HELD, True),
        (Act.SESSION, Stage.HELD, Stage.CANCELLED, True),
        (Act.DOCUMENT, Stage.SIGNED, Stage.AGREED, True),
        (Act.DOCUMENT, Stage.AGREED, Stage.SIGNED, False),
        (Act.DOCUMENT, Stage.AGREED, Stage.AGREED, False),
    ],
)
def test_a_correction_is_told_when_it_reverses_what_was_told(act: Act, old: Stage, new: Stage, sent: bool) -> None:
    correction = change(ChangeKind.CORRECTED, before=builders.event(act=act, stage=old), act=act, stage=new)
    _, rows = told([correction], DESK)
    assert [row.state for row in rows["desk"]] == [PENDING if sent else SUPPRESSED]
    assert bool(rows["desk"][0].reason) is not sent


def test_a_correction_of_nothing_reverses_nothing() -> None:
    _, rows = told([change(ChangeKind.CORRECTED)], DESK)
    assert [row.state for row in rows["desk"]] == [SUPPRESSED]


def test_quiet_hours_hold_all_but_urgent_tracks() -> None:
    channel = builders.channel(quiet_from=time(11), quiet_to=time(13), urgent_tracks=("nato_projects",))
    urgent = change(event_id="e2", track=Track.COOPERATION, tracks=(Track.COOPERATION, Track.NATO_PROJECTS))
    _, rows = told([change(), urgent], channel)
    assert [(row.state, row.release_at) for row in rows["desk"]] == [(HELD, NOW + timedelta(hours=1)), (PENDING, None)]


def test_urgent_news_does_not_wait_for_the_digest_and_urgent_corroboration_does() -> None:
    channel = builders.channel(mode="digest", digest_at="daily 08:00", urgent_tracks=("consultation_body",))
    _, rows = told([change(), change(ChangeKind.CORROBORATED, before=builders.event())], channel)
    assert [row.state for row in rows["desk"]] == [PENDING, HELD]


def test_what_a_first_run_finds_is_withheld_and_listed_once() -> None:
    changes = [
        change(event_id="e1", baseline=True),
        change(event_id="e2", baseline=True, title="Another"),
        change(event_id="e3"),
    ]
    alerts, rows = told(changes, DESK, builders.channel(name="second"))
    *_, baseline = alerts
    assert [alert.change for alert in alerts] == ["new", "new", "new", "baseline"]
    assert (baseline.event_id, baseline.facts.kind) == (None, "baseline")
    assert [(part.alert_id, part.event_id, part.title, part.url) for part in baseline.facts.parts] == [
        (alerts[0].alert_id, "e1", "A title", "https://a.example/1"), (alerts[1].alert_id, "e2", "A title", "https://a.example/1")
    ]  # fmt: skip
    for name in ("desk", "second"):
        assert [(row.state, row.reason) for row in rows[name]] == [(SUPPRESSED, "baseline")] * 2 + [(PENDING, "")] * 2
        assert rows[name][-1].alert_id == baseline.alert_id


def test_channels_that_ask_for_different_things_get_lists_of_their_own() -> None:
    changes = [
        change(event_id="e1", baseline=True),
        change(event_id="e2", baseline=True, tracks=(Track.NATO_PROJECTS,)),
    ]
    channels = [
        DESK,
        builders.channel(name="projects", tracks=("nato_projects",)),
        builders.channel(name="ip4", tracks=("ip4_projects",)),
    ]
    alerts, rows = told(changes, *channels)
    lists = {
        alert.alert_id: [part.event_id for part in alert.facts.parts] for alert in alerts if alert.change == "baseline"
    }
    assert sorted(lists.values()) == [["e1", "e2"], ["e2"]]
    assert lists[rows["projects"][-1].alert_id] == ["e2"]
    assert {row.reason for row in rows["ip4"]} == {"track not asked for"}


def test_nothing_withheld_no_list() -> None:
    alerts, _ = told([change()], DESK)
    assert [alert.change for alert in alerts] == ["new"]


NOTICE = FeedNotice(
    feed="herald", outlet="The Herald", kind="unhealthy", since=NOW, detail="five failures", key="2025-06-26"
)


def test_health_goes_to_the_operators() -> None:
    ops = builders.channel(name="ops", operators=True)
    (alert,), deliveries = rules.for_notices([NOTICE], [DESK, ops], now=NOW)
    assert [(row.channel, row.state) for row in deliveries] == [("ops", PENDING)]
    assert (alert.change, alert.event_id, alert.facts.kind, alert.facts.title) == (
        "unhealthy",
        None,
        "health",
        "The Herald: herald",
    )


def test_health_goes_to_all_where_nobody_is_an_operator_and_waits_for_morning_and_digest() -> None:
    night = builders.channel(name="night", quiet_from=time(11), quiet_to=time(13))
    _, deliveries = rules.for_notices([NOTICE], [DESK, DIGEST, night], now=NOW)
    assert [(row.channel, row.release_at) for row in deliveries] == [
        ("desk", None),
        ("digest", MORNING),
        ("night", NOW + timedelta(hours=1)),
    ]


def test_o8_where_the_operators_channel_stands_still_the_others_hear() -> None:
    ops = builders.channel(name="ops", operators=True, problem="OPS is not set")
    assert [row.channel for row in rules.for_notices([NOTICE], [DESK, ops], now=NOW)[1]] == ["desk"]
    assert [row.channel for row in rules.for_notices([NOTICE], [ops], now=NOW)[1]] == ["ops"]


@pytest.mark.parametrize("outlet", ["", "herald"])
def test_a_notice_without_an_outlet_of_its_own_is_titled_by_its_feed(outlet: str) -> None:
    notice = FeedNotice(feed="herald", outlet=outlet, kind="gap", since=NOW, detail="", key="k")
    (alert,), _ = rules.for_notices([notice], [DESK], now=NOW)
    assert alert.facts.title == "herald"


def test_what_is_queued_at_the_very_minute_of_a_digest_goes_with_it() -> None:
    assert rules.due_at(DIGEST, MORNING) is None
    assert rules.due_at(DIGEST, MORNING + timedelta(minutes=1)) == MORNING + timedelta(days=1)


def test_x4_what_was_told_as_a_part_of_another_event_has_a_row_with_its_reason() -> None:
    parted = replace(change(), silent="told as a part of event e9")
    _, rows = told([parted], builders.channel(name="now"), builders.channel(name="other", tracks=(Track.IP4_PROJECTS,)))
    assert [(row.state, row.reason) for row in rows["now"]] == [(SUPPRESSED, "told as a part of event e9")]
    assert [(row.state, row.reason) for row in rows["other"]] == [(SUPPRESSED, "track not asked for")]

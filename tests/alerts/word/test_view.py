from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from alerts.model import Alert, BundleKind, Outgoing
from alerts.word.labels import words
from alerts.word.render import render
from alerts.word.view import LINES_MAX, MONTHS, View, _timeline, view
from tests import builders
from tests.alerts.making import HEALTH, OLD, PLAN, TOLD, TOLD_KO, alert, facts, outgoing, pair, so_now
from tests.builders import NOW
from tests.table import table


def _seen(language: str = "en", **so_now: Any) -> View:
    said = facts(**{"place": "place:seoul", "event_date": OLD, **so_now})
    return view(outgoing(pair(change="advanced", facts=said)), builders.channel(language=language))


@table("now, row, said")
def test_each_row_says_its_fact(now: dict[str, Any], row: str, said: str | None) -> None:
    assert dict(_seen(now.pop("language", "en"), **so_now(now)).rows).get(row) == said


def test_t5_t6_the_substance_is_that_of_the_report_that_speaks_and_its_language_is_named_where_it_is_another() -> None:
    english, korean = (_seen(language, sources=(TOLD_KO,)) for language in ("en", "ko"))
    assert (english.quote, english.quote_note) == (TOLD_KO.sentence, "in Korean")
    assert (korean.quote, korean.quote_note) == (TOLD_KO.sentence, "")


def test_t8_the_headline_is_read_once_below_the_subject() -> None:
    seen = _seen(sources=(TOLD, replace(TOLD, outlet="Copy", url="https://copy.example/1")), chain=())
    assert [line.text for _, lines in seen.groups for line in lines] == ["Copy"]
    assert seen.title == f"Agreed, 10 December 2026: {TOLD.title}"


def test_reports_of_what_was_so_before_stand_apart() -> None:
    old = replace(TOLD, outlet="Old", tells=False, title="The plan", published_at=NOW - timedelta(days=2))
    found = dict(_seen(sources=(TOLD, old, TOLD_KO), chain=()).groups)
    assert {heading: [line.text for line in lines] for heading, lines in found.items()} == {
        "Further reports": [TOLD_KO.title],
        "Earlier and other reports": ["The plan"],
    }


def test_a_very_long_first_run_says_how_much_it_left_out() -> None:
    parts = (replace(PLAN, alert_id="a"),) * (LINES_MAX + 5)
    found = view(outgoing(pair(facts=facts(parts=parts)), kind=BundleKind.BASELINE), builders.channel())
    assert ("105 earlier events" in found.title, len(found.groups[0][1]), found.more) == (True, 100, "and 5 more")


def test_m6_a_digest_says_what_else_was_seen_on_the_channels_tracks_and_how_much_it_left_out() -> None:
    seen = tuple(builders.report(title=f"Seen {n}", mention=builders.mention(reason="wish")) for n in range(22))
    digest = outgoing(kind=BundleKind.DIGEST, aside=seen)
    found = view(digest, builders.channel())
    heading, lines = found.groups[-1]
    assert (heading, len(lines), found.more) == ("Also seen, no alert", 20, "and 2 more")
    assert (lines[0].text, lines[0].detail) == ("Seen 0", "A · English · a wish, not an act")
    assert len(view(digest, builders.channel(tracks=("ip4_projects",))).groups) == 1


def test_t14_a_long_notice_keeps_its_machine_and_home() -> None:
    long = replace(HEALTH, detail=f"{'It told: a title. ' * 100}(on desk1, home /var)")
    seen = view(outgoing(pair(change="abandoned", event_id=None, facts=long)), builders.channel(language="ko"))
    assert seen.rows[0][1].endswith("(컴퓨터 desk1, 홈 /var)")


def test_t9_a_bundles_subject_carries_the_first_news() -> None:
    parts = (pair(1), pair(2, change="unhealthy", event_id=None, facts=replace(HEALTH, title="cycle")))
    titles = [view(outgoing(*told, kind=BundleKind.DIGEST), builders.channel()).title for told in (parts, parts[1:])]
    news = f"Agreed, 25 June 2025: {TOLD.title}"
    assert titles == [f"Konato digest (2): {news}", "Konato digest (1): failing: the watch itself"]


@pytest.mark.parametrize(
    ("sent", "language", "url"),
    [
        (outgoing(pair(1)), "en", "events/e000000000000001.html"),
        (outgoing(pair(1), kind=BundleKind.DIGEST), "ko", "ko/index.html"),
        (outgoing(pair(1, facts=HEALTH, event_id=None)), "en", None),
    ],
)
def test_a_message_links_to_its_page_of_a_public_briefing(sent: Outgoing, language: str, url: str | None) -> None:
    channel = builders.channel(language=language)
    assert view(sent, channel).page is None
    for medium in ("email", "slack", "text"):
        said = render(replace(sent, briefing="https://desk.example/k/"), channel, medium)
        found = [text for text in (said.text, said.html) if text and f"https://desk.example/k/{url}" in text]
        assert len(found) == (0 if url is None else 1 + (medium == "email"))


def test_an_event_stands_where_it_was_told_last_beside_what_came_before_it() -> None:
    plan = facts(stage="scheduled", event_date=date(2025, 9, 1), date_precision="month")
    moved = facts(stage="postponed", event_date=date(2025, 10, 1), date_precision="month")
    other = facts(track="cooperation", chain=(), event_date=date(2025, 6, 30))
    told = [
        alert(2, event_id="plan", facts=moved, change="advanced", created_at=NOW + timedelta(hours=1)),
        alert(1, event_id="plan", facts=plan),
        alert(3, facts=other),
        alert(4, facts=HEALTH, event_id=None),
    ]
    found = _timeline(told, words("en"))
    assert found
    assert found.months == tuple(f"2025-{n:02}" for n in range(4, 11))
    assert {label: [marks for marks in cells if marks] for label, cells in found.rows} == {
        "Korea–NATO consultation body": [(("○", "23 April 2025: proposed"),), (("✕", "October 2025: postponed"),)],
        "Korea–NATO cooperation": [(("●", "30 June 2025: agreed"),)],
    }


def test_only_the_last_months_are_drawn_and_nothing_where_nothing_is_dated() -> None:
    def of(*days: date | None) -> list[Alert]:
        return [alert(n, facts=facts(event_date=day, chain=())) for n, day in enumerate(days)]

    found = _timeline(of(date(2019, 12, 31), date(2025, 1, 31)), words("ko"))
    assert found
    assert (len(found.months), found.months[0], found.months[-1]) == (MONTHS, "2024-02", "2025-01")
    assert _timeline(of(None), words("en")) is None

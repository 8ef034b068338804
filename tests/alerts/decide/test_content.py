from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from alerts.decide.content import CHAIN_MAX, SOURCES_MAX, chain, event_facts, part_of
from alerts.model import Facts
from extractors.learned import ChangeKind, EventChange
from extractors.story import Act, Event, Report, Stage, Track
from tests import builders
from tests.alerts.making import change
from tests.builders import NOW

OLD, NEW = date(2026, 12, 10), date(2027, 1, 20)


def report(number: int, *, language: str = "en", outlet: str = "", hours: int = 0, **said: Any) -> Report:
    item_id = f"{number:016x}"
    return builders.report(
        item_id=item_id,
        outlet=outlet or f"O{number}",
        language=language,
        title=f"Title {number}",
        url=f"https://o.example/{number}",
        published_at=NOW + timedelta(hours=hours),
        mention=builders.mention(item_id=item_id, **said),
    )


def facts(news: EventChange, *old: Report, known: dict[str, Event] | None = None) -> Facts:
    return event_facts(news, known or {}, {news.event.event_id: (*old, *news.reports)})


def test_facts_are_frozen_whole() -> None:
    first = builders.report(item_id="1", outlet="A", title="First", published_at=NOW - timedelta(hours=3))
    copies = [
        builders.report(item_id=str(n), outlet=f"O{n}", title=f"Copy {n}", url="", origin="1") for n in range(2, 30)
    ]
    before = builders.event(event_id="e0", title="The step before", stage=Stage.PROPOSED)
    news = change(event_id="e1", predecessor="e0", reason="a dated act")
    said = event_facts(news, {"e0": before}, {"e1": (*copies, first)})
    assert [(part.title, part.stage, part.event_date, part.date_precision) for part in said.chain] == [
        ("The step before", "proposed", before.event_date, "day")
    ]
    assert (said.reports, said.outlets, said.origins) == (29, 29, 1)
    assert len(said.sources) == SOURCES_MAX
    assert [source.outlet for source in said.sources[:2]] == ["A", "O10"]  # what brought it, then by age and id


def _moved(*reports: Report) -> EventChange:
    before = builders.event(stage=Stage.SCHEDULED, event_date=OLD, title="The old headline")
    after = replace(before, stage=Stage.POSTPONED, event_date=NEW)
    return EventChange(
        kind=ChangeKind.ADVANCED, event=after, before=before, key="k", detail="scheduled → postponed", reports=reports
    )


def test_t3_what_the_message_says_is_said_by_one_report_and_it_brought_the_change() -> None:
    old = report(1, language="en", hours=-48, stage=Stage.SCHEDULED, event_date=OLD)
    vague = report(2, language="ko", hours=-2, stage=Stage.SCHEDULED, event_date=None)
    brings = report(
        3, language="ko", stage=Stage.POSTPONED, event_date=NEW, substance="It was put off. It is in January."
    )
    said = facts(_moved(vague, brings), old)
    assert (said.title, said.sources[0].url, said.sources[0].sentence) == (
        "Title 3",
        "https://o.example/3",
        "It was put off. It is in January.",
    )
    assert [source.outlet for source in said.sources if source.tells] == ["O3"], "an English headline of the old plan"
    assert said.was is not None
    assert (said.was.stage, said.was.event_date) == ("scheduled", OLD)


def test_t3_the_report_that_says_the_change_speaks_whatever_else_it_leaves_unsaid() -> None:
    plan = report(1, language="en", hours=-48, stage=Stage.SCHEDULED, event_date=OLD)
    off = report(2, language="ko", stage=Stage.CANCELLED, event_date=None, alertable=False)
    said = facts(_moved(off), plan)
    assert [(source.outlet, source.tells) for source in said.sources] == [("O2", True), ("O1", False)]


def test_t3_an_old_report_of_the_same_day_says_nothing_of_a_plan_that_is_back_on() -> None:
    plan = report(1, language="en", hours=-48, stage=Stage.POSTPONED, event_date=NEW)
    said = facts(_moved(report(2, language="ko", stage=Stage.POSTPONED, event_date=NEW)), plan)
    assert [(source.outlet, source.tells) for source in said.sources] == [("O2", True), ("O1", False)]


def test_t5_a_report_in_each_language_may_speak_also_of_one_outlet() -> None:
    brings = report(3, language="ko", outlet="Agency", stage=Stage.POSTPONED, event_date=NEW)
    english = report(4, language="en", outlet="Agency", hours=1, stage=Stage.POSTPONED, event_date=NEW)
    said = facts(_moved(brings, english))
    assert [(source.language, source.tells) for source in said.sources] == [("ko", True), ("en", True)]


def test_t8_what_deserves_no_alert_is_no_outlet_and_a_copy_no_text() -> None:
    good = [report(n, language="en") for n in (1, 2)]
    spam = report(3, alertable=False)
    copies = [replace(one, origin="same") for one in good]
    said = facts(replace(change(), reports=tuple(copies)), spam)
    assert (said.reports, said.outlets, said.origins) == (2, 2, 1)


def _step(number: int, **changes: Any) -> Event:
    return builders.event(
        event_id=f"e{number}",
        predecessor=f"e{number - 1}",
        title=f"Step {number}",
        event_date=date(2025, 1 + number, 1),
        **changes,
    )


def test_t7_the_chain_holds_the_last_three_acts_with_their_links() -> None:
    steps = {f"e{n}": _step(n) for n in range(1, 6)}
    of = {event_id: (report(number, hours=-number),) for number, event_id in enumerate(steps)}
    found = chain(_step(6), steps, of)
    assert [part.event_id for part in found] == ["e5", "e4", "e3"]
    assert len(found) == CHAIN_MAX
    assert found[0].url == "https://o.example/4"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"act": Act.OTHER}, "a telephone call"),
        ({"stage": Stage.SCHEDULED}, "a plan that was never heard of again"),
        ({"track": Track.COOPERATION}, "another line"),
        ({"alertable": False}, "no act"),
        ({"event_date": date(2026, 1, 1)}, "later than what it should precede"),
        ({"event_date": None}, "nobody knows when"),
    ],
)
def test_t7_nothing_stands_in_the_chain_rather_than_a_wrong_step(wrong: dict[str, Any], why: str) -> None:
    steps = {"e5": replace(_step(5), **wrong), "e4": _step(4)}
    assert [part.event_id for part in chain(_step(6), steps, {})] == ["e4"], why


def test_t7_projects_are_one_chain_where_both_name_the_project() -> None:
    after, before = (_step(n, track=Track.NATO_PROJECTS) for n in (6, 5))
    for theirs, count in (("project:ngrc", 1), ("project:mmf", 0), ("project:joint", 0)):
        of = {"e6": (report(1, projects=("project:ngrc", "project:joint")),), "e5": (report(2, projects=(theirs,)),)}
        assert len(chain(after, {"e5": before}, of)) == count, theirs
    assert chain(replace(after, track=Track.COOPERATION), {"e5": replace(before, track=Track.COOPERATION)}, {}) == ()


def test_a_chain_that_bites_its_tail_ends() -> None:
    assert len(chain(_step(2), {"e1": replace(_step(1), predecessor="e1")}, {})) == 1


def test_an_act_of_history_has_its_titles_and_no_link() -> None:
    known = builders.event(history=True, titles=(("ko", "협의체 제안"),))
    assert (part_of(known).titles, part_of(known).url) == ((("ko", "협의체 제안", ""),), "")

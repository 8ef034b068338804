from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from alerts.decide.content import SOURCES_MAX, chain, event_facts, part_of
from alerts.model import Facts, Part
from extractors.learned import ChangeKind, EventChange
from extractors.story import Act, Domain, Event, Mention, Report, Stage, Track
from tests import builders
from tests.alerts.making import NEW, OLD, change
from tests.builders import NOW
from tests.table import table, typed


def report(number: int, *, language: str = "en", outlet: str = "", hours: int = 0, **said: Any) -> Report:
    item_id, when = f"{number:016x}", NOW + timedelta(hours=hours)
    told: dict[str, Any] = {"title": f"Title {number}", "url": f"https://o.example/{number}", "published_at": when}
    mention = builders.mention(item_id=item_id, **said)
    return builders.report(item_id=item_id, outlet=outlet or f"O{number}", language=language, mention=mention, **told)


def _read(number: int, *, language: str = "en", outlet: str = "", hours: int = 0, **said: Any) -> Report:
    """Read a report as a row has it."""
    return report(number, language=language, outlet=outlet, hours=hours, **typed(Mention, said))


def facts(news: EventChange, *old: Report, known: dict[str, Event] | None = None) -> Facts:
    return event_facts(news, known or {}, {news.event.event_id: (*old, *news.reports)})


def turned(before: Event, after: Event, *reports: Report) -> EventChange:
    kind = ChangeKind.ADVANCED
    return EventChange(kind=kind, event=after, before=before, key="k", detail="put off", reports=reports)


def test_facts_are_frozen_whole() -> None:
    first = builders.report(item_id="1", outlet="A", title="First", published_at=NOW - timedelta(hours=3))
    copies = [builders.report(item_id=f"{n}", outlet=f"O{n}", title=f"Copy {n}", origin="1") for n in range(2, 30)]
    before = builders.event(event_id="e0", title="The step before", stage=Stage.PROPOSED)
    own: dict[str, Any] = {"actors": ("person:a",), "domains": (Domain.SPACE,), "place": "place:seoul"}
    news = change(event_id="e1", predecessor="e0", before=before, **own)
    said = facts(news, first, *copies, known={"e0": before})
    dated: dict[str, Any] = {"event_date": before.event_date, "date_precision": "day"}
    step = Part(event_id="e0", title="The step before", stage="proposed", **dated)
    assert said == Facts(
        kind="event", title="A title", track="consultation_body", tracks=("consultation_body",), stage="agreed",
        event_date=date(2025, 6, 25), date_precision="day", chain=(step,), reports=30, outlets=29, origins=2,
        sources=said.sources, **own,
    )  # fmt: skip
    spoken = said.sources[0]
    assert (spoken.title, spoken.event_date, spoken.date_precision) == ("A title", date(2025, 6, 25), "day")
    assert len(said.sources) == SOURCES_MAX
    assert [source.outlet for source in said.sources[:2]] == ["A", "O10"]  # what brought it, then by age and id


@table("reports, known, outlets, tell")
def test_t3_t5_those_that_brought_the_change_speak(
    reports: list[dict[str, Any]], known: dict[str, Any], outlets: list[str], tell: list[str]
) -> None:
    before = builders.event(stage=Stage.SCHEDULED, event_date=OLD, title="The old headline")
    after = replace(before, stage=Stage.POSTPONED, event_date=NEW)
    said = facts(turned(before, after, *(_read(**one) for one in reports)), _read(**known))
    assert [source.outlet for source in said.sources] == outlets
    assert [source.outlet for source in said.sources if source.tells] == tell
    assert said.title == said.sources[0].title
    assert said.was is not None
    assert (said.was.stage, said.was.event_date) == ("scheduled", OLD)


@table("now, others, contested")
def test_x4_one_outlets_word_is_its_word(now: dict[str, Any], others: list[dict[str, Any]], contested: bool) -> None:
    before = builders.event(act=Act.SESSION, stage=Stage.SCHEDULED, event_date=OLD)
    news = turned(before, replace(before, **typed(Event, now)), _read(9, **now))
    assert facts(news, *(_read(**one) for one in others)).contested is contested


def test_m0_a_further_act_of_an_item_is_headed_by_its_own_sentence() -> None:
    own = "The four partners adopted a joint statement."
    further = report(1, n=1, sentence=own, substance=f"{own} It names space and munitions.")
    news = replace(change(), reports=(further,))
    (source,) = facts(news).sources
    assert (source.title, source.sentence) == (own, "It names space and munitions.")
    assert part_of(news.event, news.reports).title == own


def test_a_part_is_called_as_the_first_report_of_what_is_so_does_in_each_language() -> None:
    so = partial(report, stage=Stage.SCHEDULED)
    event, reports = (
        builders.event(stage=Stage.SCHEDULED, place="place:seoul"),
        [so(3), so(2, hours=-1), report(1, hours=-2), so(4, language="ko")],
    )
    told = part_of(event, reports, "a1")
    assert (told.title, told.url, told.alert_id, told.place) == ("Title 2", "https://o.example/2", "a1", "place:seoul")
    assert {one[0]: one[1:] for one in told.titles} == {
        "en": ("Title 2", "https://o.example/2"), "ko": ("Title 4", "https://o.example/4"),
    }  # fmt: skip
    assert part_of(builders.event(date_precision=None)).date_precision == ""


def test_t8_what_deserves_no_alert_is_no_outlet_and_a_copy_no_text() -> None:
    copies = tuple(replace(report(n), origin="same") for n in (1, 2))
    said = facts(replace(change(), reports=copies), report(3, alertable=False))
    assert (said.reports, said.outlets, said.origins) == (2, 2, 1)


def _step(number: int, **changes: Any) -> Event:
    said = {"predecessor": f"e{number - 1}", "title": f"Step {number}", "event_date": date(2025, 1 + number, 1)}
    return builders.event(event_id=f"e{number}", **{**said, **changes})


def test_t7_the_chain_holds_the_last_three_acts_with_their_links_and_ends_where_it_bites_its_tail() -> None:
    steps = {f"e{n}": _step(n) for n in range(1, 6)}
    of = {event_id: (report(number, hours=-number),) for number, event_id in enumerate(steps)}
    found = chain(_step(6), steps, of)
    assert [part.event_id for part in found] == ["e5", "e4", "e3"]
    assert found[0].url == "https://o.example/4"
    assert len(chain(_step(2), {"e1": _step(1, predecessor="e1")}, {})) == 1


@table("wrong, why")
def test_t7_nothing_stands_in_the_chain_rather_than_a_wrong_step(wrong: dict[str, Any], why: str) -> None:
    steps = {"e5": _step(5, **typed(Event, wrong)), "e4": _step(4)}
    assert [part.event_id for part in chain(_step(6), steps, {})] == ["e4"], why


@pytest.mark.parametrize(("theirs", "count"), [("project:ngrc", 1), ("project:mmf", 0), ("project:joint", 0)])
def test_t7_projects_are_one_chain_where_both_name_the_project(theirs: str, count: int) -> None:
    after, before = (_step(n, track=Track.NATO_PROJECTS) for n in (6, 5))
    of = {"e6": (report(1, projects=("project:ngrc", "project:joint")),), "e5": (report(2, projects=(theirs,)),)}
    assert len(chain(after, {"e5": before}, of)) == count


@pytest.mark.parametrize("url", ["", "https://a.example/1"])
def test_t7_an_act_of_history_has_its_titles_and_the_link_that_it_is_given(url: str) -> None:
    known = part_of(builders.event(history=True, titles=(("ko", "협의체 제안"),), url=url))
    assert (known.titles, known.url) == ((("ko", "협의체 제안", url),), url)

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alerts.word.labels import words
from alerts.word.lines import groups, happened, linked, part_line, source_line, speaker, spoken
from tests.alerts.making import BEFORE, NEW, OLD, PLAN, TOLD, TOLD_KO, alert, facts, so_now
from tests.builders import NOW
from tests.table import table

EN, KO = words("en"), words("ko")


@table("was, now, said")
def test_t4_a_turn_is_called_that(was: dict[str, Any] | str, now: dict[str, Any], said: str) -> None:
    change = now.pop("change", "new" if was == "" else "advanced")
    told = {"place": "place:seoul", "event_date": OLD, **so_now({"was": was, **now})}
    assert happened(alert(change=change, facts=facts(**told)), EN) == said


def test_t5_the_report_in_the_channels_language_speaks_where_it_tells_what_is_so_now() -> None:
    both = facts(sources=(TOLD_KO, TOLD))
    assert (speaker(both, "en"), speaker(both, "ko")) == (TOLD, TOLD_KO)
    old = replace(TOLD, tells=False)
    assert speaker(facts(sources=(old, TOLD_KO)), "en") == TOLD_KO
    unknown = facts(sources=(replace(TOLD_KO, tells=False), old))  # an older home's: the first of them brought it
    assert speaker(unknown, "en") == unknown.sources[0]
    assert speaker(facts(sources=()), "en").title == facts().title


def test_t8_a_headline_is_read_once_and_a_time_has_its_zone() -> None:
    brussels = ZoneInfo("Europe/Brussels")
    assert source_line(TOLD, EN, brussels).detail == "Herald · English · 26 June 2025, 05:00 CEST"
    again = source_line(TOLD, EN, brussels, (TOLD.title,))
    assert (again.text, again.detail) == ("Herald", "English · 26 June 2025, 05:00 CEST")
    assert source_line(replace(TOLD, published_at=None), KO, brussels).detail == "Herald · 영어"


def test_t7_an_earlier_act_is_named_in_the_channels_language_and_where_nobody_can_see_a_title_by_its_host() -> None:
    assert linked("\u200b\u3164", "https://a.example/1").text == "a.example"
    assert linked("\u200b", "javascript:x").text == "…"
    english, korean = part_line(BEFORE, EN), part_line(BEFORE, KO)
    assert (english.text, english.url) == (BEFORE.title, BEFORE.url)
    assert ("ko", korean.text, korean.url) == BEFORE.titles[0]
    assert korean.detail == "제안 · 2025년 4월 23일"


def test_t9_an_event_is_one_line_with_its_last_state_and_the_way_there() -> None:
    plan = alert(1, event_id="e", change="new", facts=facts(stage="scheduled", event_date=OLD))
    off = alert(2, event_id="e", change="advanced", created_at=NOW + timedelta(hours=1),
                facts=facts(stage="postponed", event_date=NEW, was=PLAN, sources=(TOLD_KO,)))  # fmt: skip
    english = replace(TOLD, title="Put off to January", url="https://herald.example/b")
    more = alert(3, event_id="e", change="corroborated", created_at=NOW + timedelta(hours=2),
                 facts=facts(stage="postponed", event_date=NEW, sources=(english,)))  # fmt: skip
    ((heading, (line,)),) = groups([more, off, plan], EN)
    assert heading == "What changed"
    assert line.detail.startswith("Postponed to 20 January 2027 · before that: Scheduled for 10 December 2026 · ")
    assert (line.text, line.url) == (english.title, english.url), "the English report of it came later"
    assert line.ids == f"Id {3:016x} {1:016x} {2:016x} · Event e"


def test_t3_the_date_is_that_of_the_report_that_speaks() -> None:
    ten, twelve = (date(2026, 12, day) for day in (10, 12))
    sources = (replace(TOLD_KO, event_date=twelve), replace(TOLD, event_date=ten, date_precision="day"))
    two = alert(facts=facts(stage="scheduled", event_date=twelve, sources=sources))
    assert happened(spoken(two, "en"), EN) == "Scheduled for 10 December 2026"
    assert happened(spoken(two, "ko"), KO) == "2026년 12월 12일 예정"
    said_on = alert(facts=facts(event_date=NEW, sources=sources))  # the day of the announcement, of a plan called off
    assert spoken(said_on, "en") == said_on
    silent = alert(facts=facts(event_date=twelve, sources=(replace(TOLD, event_date=ten, tells=False),)))
    assert spoken(silent, "en") == silent

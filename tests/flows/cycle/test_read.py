import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from extractors.mention.describe import describe
from extractors.model import Item
from flows.cycle import read as reading
from flows.cycle.home import Cycle
from flows.service.health import BROKEN, HEALTHY, judge, look
from tests.publisher import Answer
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss

HOUR = timedelta(hours=1)
BARE = (FOUNDING_EN[1], "Thu, 26 Jun 2025 09:10:00 +0900", "")
FULL = FOUNDING_EN[1:]


def test_an_edited_article_is_a_revision_and_an_item_of_two_feeds_belongs_to_the_first(stage: Stage) -> None:
    first, second = noise(2, host="same.example")
    stage.site.answers = {"/a": rss(first), "/b": rss(first, second)}
    stage.feeds({"a": {"outlet": "One"}, "b": {"outlet": "One"}})
    assert stage.run().items == 2
    stage.site.answers["/a"] = rss((*first[:3], "The council heard more."))
    assert stage.run(NOON + HOUR).items == 1
    since = f"first_seen_at = TIMESTAMPTZ '{NOON}'"
    assert stage.archive(f"feed, revision, {since}") == [("a", 0, True), ("a", 1, True), ("b", 0, True)]


def test_r1_a_fuller_text_counts_whichever_feed_brings_it_and_when(stage: Stage) -> None:
    one, full = (BARE,), (FULL,)
    ways = {"body": (one + full, ()), "cycle": (one, full), "first": (full, one), "later": (one, ())}
    links = {way: f"https://{way}.example/view/AEN20250626001" for way in ways}
    stage.feeds({f"{feed}-{way}": {"outlet": way} for way in ways for feed in "ab"})
    for way, bodies in ways.items():
        for feed, told in zip("ab", bodies, strict=True):
            stage.site.answers[f"/{feed}-{way}"] = rss(*((links[way], *one) for one in told))
    stage.run()
    for hours in (1, 2):  # and nothing is told again, nor does the bare headline take the place of the fuller text
        for way, link in links.items():
            stage.site.answers[f"/a-{way}"] = rss((link, *BARE), *noise(1, 10 + hours))
            stage.site.answers[f"/b-{way}"] = rss((link, *FULL), *noise(1, 5))
        stage.run(NOON + hours * HOUR)
    found = stage.ask("SELECT outlet, count(*), max(feed), bool_or(summary <> '') FROM items GROUP BY 1 ORDER BY 1")
    assert found == [(way, 1, f"a-{way}", True) for way in sorted(ways)]
    assert stage.ask("SELECT count(*) FROM alerts WHERE event_id IS NOT NULL") == [(1,)]


def test_r16_revisions_are_bounded_and_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 1)
    stage.feeds({"a": {}})
    for poll in range(4):
        stage.site.answers = {"/a": rss((*noise(1)[0][:3], f"The council heard resident {chr(65 + poll)} today."))}
        stage.run(NOON + poll * HOUR)
    assert stage.archive("max(revision)") == [(1,)]
    assert stage.ask("SELECT change, count(*) FROM alerts GROUP BY ALL") == [("edits", 1)]


@pytest.fixture
def poisoned(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The founding story, with items that the detector cannot finish, or fails at, among it."""

    def spin(one: Item, *given: Any, **named: Any) -> Any:
        while "number 0" in one.title:
            pass
        if "council" in one.title:
            raise (KeyError if "number 1" in one.title else RecursionError)("rule")
        return describe(one, *given, **named)

    monkeypatch.setattr(reading, "describe", spin)
    monkeypatch.setattr(reading, "ITEM", 0.1)
    return founding


def test_x1_an_item_past_its_share_or_at_which_a_rule_fails_is_set_aside_told_and_others_go_on(poisoned: Stage) -> None:
    done = poisoned.run()
    assert (done.items, done.relevant) == (5, 2)
    assert poisoned.ask("SELECT count(*) FROM alerts WHERE event_id IS NOT NULL") == [(1,)]
    [(detail,)] = poisoned.ask("SELECT reason FROM alerts WHERE change = 'failing'")
    assert "3 items could not be judged" in str(detail)
    faults = {str(reason) for (reason,) in poisoned.archive("reason")}
    named = ("it took more than 0 s", "KeyError", "RecursionError")
    assert faults >= {f"the detector failed: {why}" for why in named}


def test_x1_a_feed_past_its_share_backs_off_alone(poisoned: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SHARE", 0.05)
    poisoned.site.answers["/en"] = rss(*noise(2), FOUNDING_EN)
    done = poisoned.run()
    assert (done.items, done.alerts) == (1, 1)
    outcomes = poisoned.ask("SELECT feed, outcome, new_items, contains(reason, 'took more') FROM polls ORDER BY feed")
    assert outcomes == [("en", "too_large", 0, True), ("ko", "new", 1, False)]
    late = f"next_due_at > TIMESTAMPTZ '{NOON + HOUR / 2}'"
    assert poisoned.ask(f"SELECT feed FROM feeds WHERE {late}") == [("en",)]


def test_x11_a_feed_of_ever_fresh_text_costs_a_days_share(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FRESH", 1_500)
    monkeypatch.setattr(reading, "REPORT", 1)
    outcomes = []
    for hours in (0, 3, 24):
        founding.site.answers["/en"] = rss(*noise(8, 8 * hours))
        founding.run(NOON + hours * HOUR, everything=True)
        outcomes += founding.ask("SELECT outcome FROM polls WHERE feed = 'en' ORDER BY seq DESC LIMIT 1")
    assert outcomes == [("new",), ("too_large",), ("new",)]  # the last is of another day
    assert founding.archive("count(*)") == [(8 + 8 + 1,)]
    [(reason,)] = founding.ask("SELECT reason FROM polls WHERE outcome = 'too_large'")
    assert "more than 0 MB of new text today" in str(reason)


def test_x1_what_there_is_no_time_for_comes_first_next(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    late = iter((False, False, False, True))  # once for each feed that is parsed, and that is judged
    with monkeypatch.context() as patched:
        patched.setattr(Cycle, "late", property(lambda _: next(late)))
        done = founding.run()
    assert (done.items, done.left, done.outcomes) == (4, 1, (("new", 1), ("timeout", 1)))
    done = founding.run(NOON + HOUR / 60)
    assert (done.items, done.outcomes) == (1, (("new", 1),))


def test_x1_however_many_are_large_the_little_are_read_first(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    link, _, date, _ = FOUNDING_EN
    big = {f"big{n}": rss((link, f"City council {n}", date, "The council heard. " * 20_000)) for n in range(3)}
    founding.site.answers |= {f"/{name}": body for name, body in big.items()}
    founding.feeds({name: {} for name in (*big, "en")})
    with monkeypatch.context() as patched:
        patched.setattr(reading, "GLUT", 0.0)
        done = founding.run()
    assert (done.items, done.outcomes) == (4, (("new", 1), ("timeout", 3)))
    assert founding.run(NOON + HOUR / 60).outcomes == (("new", 3),)


HANGS = """
import sys, time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from flows.configure.settings import read_settings
from flows.cycle import read
from flows.cycle.cycle import run_cycle
from flows.cycle.home import Cycle
describe = read.describe
def hang(item, *given, **named):
    time.sleep(60 if item.feed == "en" else 0)  # no processor time: only the deadline ends it
    return describe(item, *given, **named)
read.describe = hang
settings = replace(read_settings(Path(sys.argv[1]), {}), deadline=timedelta(seconds=4))
run_cycle(Cycle(settings=settings, home=Path(sys.argv[2]), now=datetime.fromisoformat(sys.argv[3])))
"""


def test_x1_a_cycle_ended_at_its_deadline_names_its_culprit_and_the_next_begins_with_others(founding: Stage) -> None:
    words = [sys.executable, "-c", HANGS, str(founding.config), str(founding.home), NOON.isoformat()]
    assert subprocess.run(words, check=False, capture_output=True).returncode == 1
    verdict = judge(look(founding.home))
    assert verdict.code == BROKEN
    assert "stage read, feed en" in verdict.problems[0]
    done = founding.run(NOON + HOUR)
    assert (done.items, done.alerts) == (1, 1)
    assert judge(look(founding.home)).code == HEALTHY
    assert founding.ask("SELECT feed, outcome FROM polls ORDER BY feed") == [("en", "too_large"), ("ko", "new")]
    assert "did not come to its end, in stage read, feed en" in str(founding.ask("SELECT reason FROM polls"))


VAGUE = ("Korea's defense industry looks to Brussels", "More to follow.")
TOLD = FOUNDING_EN[1::2]
FURTHER = "South Korea also signed a contract with the NATO Support and Procurement Agency on munitions on Tuesday."
PAGES = {
    "undecided": (VAGUE, [FOUNDING_EN[3]], 1),
    "relevant": (TOLD, [FOUNDING_EN[3], FURTHER], 2),  # M0: its page tells one more act
    "says nothing": (TOLD, ["Please enable JavaScript."], 1),  # and takes nothing away
}


def test_m0_pages_of_relevant_and_undecided_items_are_read_where_the_feed_allows_it(stage: Stage) -> None:
    stage.feeds({f"f{n}": {"articles": True} for n in range(len(PAGES))})
    for n, ((title, summary), page, _) in enumerate(PAGES.values()):
        body = "".join(f"<p>{text}</p>" for text in page * 2)
        html = f"<html><body><article><h1>{title}</h1>{body}</article></body></html>"
        story = (stage.site.url(f"/story/{n}"), title, "Thu, 26 Jun 2025 09:10:00 +0900", summary)
        stage.site.answers[f"/f{n}"] = rss(story)
        headers = {"Content-Type": "text/html; charset=utf-8"}
        stage.site.answers[f"/story/{n}"] = Answer(body=html.encode(), headers=headers)
    assert stage.run().relevant == len(PAGES)
    acts = "SELECT count(*) FROM mentions JOIN items USING (item_id) WHERE alertable GROUP BY feed ORDER BY feed"
    assert stage.ask(acts) == [(acts,) for _, _, acts in PAGES.values()]


def test_x1_a_feed_of_more_acts_than_a_days_share_is_named(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "REPORT", reading.FRESH // 3)  # two acts, beside their text
    founding.site.answers["/en"] = rss(*((f"https://en.example/{n}", *FULL) for n in range(3)))
    founding.run()
    assert founding.ask("SELECT feed, outcome, contains(reason, 'more acts') FROM polls ORDER BY feed") == [
        ("en", "too_large", True), ("ko", "new", False),
    ]  # fmt: skip
    assert founding.ask("SELECT outlet FROM event_sources") == [("KO",)]


def test_x1_what_there_is_no_memory_for_comes_next(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LEARNT", 0)
    assert founding.run().outcomes == (("new", 1), ("timeout", 1))
    assert founding.run(NOON + HOUR / 60).outcomes == (("new", 1),)

"""M0: long articles of our own, labelled before they were run; every act that a text tells, and no other."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from extractors.mention.describe import describe
from extractors.story import Mention
from tests.builders import item
from tests.extractors.mention.saying import LEXICON, ROOT, holds, sayings
from tests.table import table

ARTICLES = [json.loads(line) for line in (ROOT / "tests/cases/articles.jsonl").read_text(encoding="utf-8").splitlines()]


def acts(article: dict[str, Any], *, paged: bool) -> tuple[Mention, ...]:
    when = datetime.combine(date.fromisoformat(article["published"]), time(3), UTC)
    facts = {name: article[name] for name in ("title", "text", "language")}
    lead = article["text"].partition("\n")[0] if paged else ""
    says = describe(item(summary=lead, published_at=when, first_seen_at=when, **facts), LEXICON)
    return says if isinstance(says, tuple) else ()


def fits(told: Mention, act: dict[str, Any]) -> bool:
    """Whether a mention is the labelled act, with all the facts that its label names."""
    day = date.fromisoformat(act["date"]) if act.get("date") else told.event_date
    near = told.event_date is None or day is None or abs((told.event_date - day).days) <= 1
    lists = ((told.actors, "actors"), (told.domains, "domains"), ([one.term for one in told.evidence], "terms"))
    return (
        near
        and told.track == (act["track"] or told.track)
        and (told.alertable, told.stage) == (act["alert"], act.get("stage", told.stage))
        and all(set(act.get(name, ())) <= set(found) for found, name in lists)
    )


@pytest.mark.parametrize("paged", [False, True], ids=["text", "headline and page"])
@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["id"])
def test_m0_every_act_of_a_text_and_no_other(article: dict[str, Any], *, paged: bool) -> None:
    found = acts(article, paged=paged)
    assert [one.n for one in found] == list(range(len(found)))
    assert len(found) == len(article["acts"]), [(one.track, one.reason, one.sentence) for one in found]
    assert all(any(fits(one, act) for one in found) for act in article["acts"])


def test_m0_natos_projects_go_with_the_founding() -> None:
    for article in ARTICLES[:2]:
        assert "nato_projects" in acts(article, paged=False)[0].tracks


@sayings("telling")
def test_a_plan_is_known_by_its_date_and_says_that_it_moved(saying: dict[str, Any]) -> None:
    holds(saying)


@table("title, text")
def test_m0_the_first_sentence_tells_an_act_beside_its_titles_where_that_tells_two(title: str, text: str) -> None:
    says = describe(item(title=title, summary=text, language="ko" if "한" in title else "en"), LEXICON)
    assert isinstance(says, tuple)
    assert [one.track for one in says] == ["consultation_body", "nato_projects"]


@table("title, text")
def test_x6_another_act_of_the_same_day_is_an_act_of_its_own_with_that_day(title: str, text: str) -> None:
    says = describe(item(title=title, summary=text, language="ko" if "한" in title else "en"), LEXICON)
    assert isinstance(says, tuple)
    that_day = date(2025, 6, 25)
    assert [(one.track, one.event_date) for one in says] == [
        ("consultation_body", that_day),
        ("nato_projects", that_day),
    ]

"""Near-copies share the earliest one's origin; rewrites and other languages do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from extractors.event.copies import origins
from extractors.story import Report
from tests import builders

LEAD = (
    "South Korea and NATO agreed to set up a consultative body on defense industry cooperation, the presidential office "
    "said Thursday, after Wi Sung-lac met Mark Rutte in The Hague on the sidelines of the summit"
)


def copy(name: str, hours: int, summary: str = LEAD, title: str = "Wire title", **changes: Any) -> Report:
    when = builders.NOW + timedelta(hours=hours)
    return builders.report(item_id=name, title=title, summary=summary, published_at=when, origin=name, **changes)


def test_copies_share_the_earliest_origin_in_any_order() -> None:
    reports = [copy("c", 2, title="Wire title (mobile)"), copy("a", 0), copy("b", 1, LEAD[:90])]
    expected = {"a": "a", "b": "a", "c": "a"}
    assert origins(reports) == expected
    assert origins(reports[::-1]) == expected


def test_words_spliced_in_make_no_original() -> None:
    spliced = LEAD.replace("cooperation", "casino cooperation slots")
    assert origins([copy("a", 0), copy("b", 1, spliced)])["b"] == "a"


def test_other_words_languages_and_times_are_other_origins() -> None:
    own = "Brussels welcomed the move as a signal to Moscow and Pyongyang, diplomats told our correspondent at headquarters"
    reports = [copy("a", 0), copy("b", 1, own), copy("c", 2, language="ko"), copy("d", 24 * 9)]
    assert origins(reports) == {name: name for name in "abcd"}


def test_a_known_origin_is_kept_and_binds_whatever_the_words() -> None:
    first = copy("a", 0, "One", "Short")
    second = copy("b", 1, "Two", "Another")
    known = [
        builders.report(item_id=one.item_id, title=one.title, published_at=one.published_at, origin="z")
        for one in (first, second)
    ]
    assert origins(known) == {"a": "z", "b": "z"}


def test_few_words_must_be_equal() -> None:
    reports = [copy("a", 0, "", "Pact signed"), copy("b", 1, "", "Pact signed!"), copy("c", 1, "", "Pact signed today")]
    assert origins(reports) == {"a": "a", "b": "a", "c": "c"}


def test_a_bridge_joins_two_copies() -> None:
    words = [f"word{n}" for n in range(20)]
    left, right = " ".join(words[:14]), " ".join(words[6:])
    reports = [copy("a", 0, left, ""), copy("b", 1, right, ""), copy("c", 2, " ".join(words), "")]
    assert set(origins(reports).values()) == {"a"}

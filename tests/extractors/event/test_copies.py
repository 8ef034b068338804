from datetime import timedelta
from typing import Any

import pytest

from extractors.event import copies
from extractors.event.copies import origins
from extractors.story import Report
from tests import builders
from tests.table import table

LEAD = (
    "South Korea and NATO agreed to set up a consultative body on defense industry cooperation, the presidential office "
    "said Thursday, after Wi Sung-lac met Mark Rutte in The Hague on the sidelines of the summit"
)


def copy(name: str, hours: int = 0, summary: str = LEAD, title: str = "Wire title", **changes: Any) -> Report:
    when = builders.NOW + timedelta(hours=hours)
    told = {"title": title, "summary": summary, "published_at": when, "origin": name}
    return builders.report(**{"item_id": name, **told, **changes})


@table("told, expected")
def test_m15_copies_share_the_earliest_origin_in_any_order(told: list[dict[str, Any]], expected: str) -> None:
    reports = [copy(**one) for one in told]
    names = dict(zip(sorted(one.item_id for one in reports), expected, strict=True))
    assert origins(reports) == origins(reports[::-1]) == names


@table("change, facts", (("", ""), {"actors": ("person:cho_hyun",)}))
def test_m15_another_number_name_or_date_is_another_story(change: tuple[str, str], facts: dict[str, Any]) -> None:
    base = {"ordinal": 1, "actors": ("person:wi_sung_lac",)}
    lead = LEAD + " after 7 months"
    text = lead.replace(*change).replace("7", "8" if change[0] else "7")
    one = copy("a", 0, lead, mention=builders.mention(**base))
    other = copy("b", 1, text, mention=builders.mention(**{**base, **facts}))
    assert origins([one, other]) == {"a": "a", "b": "b"}


def test_m18_each_text_is_compared_with_few(monkeypatch: pytest.MonkeyPatch) -> None:
    alike, compared = copies._copies, 0

    def counted(*texts: Any) -> bool:
        nonlocal compared
        compared += 1
        return alike(*texts)

    monkeypatch.setattr(copies, "_copies", counted)
    titles = [f"Seoul and NATO agree on arms body, edition {number}" for number in range(200)]
    found = origins([copy(f"{number:04}", number % 90, LEAD, title) for number, title in enumerate(titles)])
    assert len(set(found.values())) == 200  # another number each
    assert compared <= 200 * (copies.SKETCH + 2) * copies.LATEST

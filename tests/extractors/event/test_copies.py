"""Near-copies share the earliest one's origin; rewrites and other languages do not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from extractors.event import copies
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


JA = "韓国と北大西洋条約機構は防衛産業協議体の初会合をブリュッセルで開き、弾薬の共同生産と標準化の作業部会を設けることで合意したと、韓国の防衛事業庁が発表した"
ZH = "韩国与北约在布鲁塞尔举行国防工业磋商机制首次会议，双方同意就弹药联合生产和标准化设立工作组，韩国防卫事业厅周五表示，下次会议将于明年春季在首尔举行"
KO = "한국과 나토가 브뤼셀에서 방산협의체 첫 회의를 열고 탄약 공동생산과 표준화 실무반을 두기로 합의했다고 방위사업청이 밝혔다"


@pytest.mark.parametrize(("language", "text"), [("ja", JA), ("zh", ZH), ("ko", KO)])
def test_m15_copies_are_known_in_scripts_without_spaces(language: str, text: str) -> None:
    edited = text.replace("ブリュッセル", "本部").replace("布鲁塞尔", "总部").replace("브뤼셀", "본부")
    reports = [
        copy("a", 0, text, language=language),
        copy("b", 1, edited + "(配信)", language=language),
        copy("c", 2, text[: len(text) // 2], "", language=language),
        copy("d", 3, text[::-1], language=language),
    ]
    assert origins(reports) == {"a": "a", "b": "a", "c": "a", "d": "d"}


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        (("Thursday", "12 times"), {}),
        (("body", "body of 300"), {}),
        (("", ""), {"event_date": date(2025, 6, 24)}),
        (("", ""), {"ordinal": 2}),
        (("", ""), {"actors": ("person:cho_hyun",)}),
    ],
)
def test_m15_another_number_name_or_date_is_another_story(change: tuple[str, str], facts: dict[str, Any]) -> None:
    base = {"ordinal": 1, "actors": ("person:wi_sung_lac",)}
    lead = LEAD + " after 7 months"
    one = copy("a", 0, lead, mention=builders.mention(item_id="a", **base))
    text = lead.replace(*change).replace("7", "8" if change[0] else "7")
    other = copy("b", 1, text, mention=builders.mention(item_id="b", **{**base, **facts}))
    assert origins([one, other]) == {"a": "a", "b": "b"}


def test_m18_each_text_is_compared_with_few(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    alike = copies._copies

    def counted(*args: Any) -> bool:
        nonlocal compared
        compared += 1
        return alike(*args)

    monkeypatch.setattr(copies, "_copies", counted)
    titles = [f"Seoul and NATO agree on arms body, edition {number}" for number in range(400)]
    found = origins([copy(f"{number:04}", number % 90, LEAD, title) for number, title in enumerate(titles)])
    assert len(set(found.values())) == 400  # another number each
    assert compared <= 400 * (copies.SKETCH + 2) * copies.LATEST

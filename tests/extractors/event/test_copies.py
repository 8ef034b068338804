"""Near-copies share the earliest one's origin; rewrites and other languages do not."""

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
OWN = "Brussels welcomed the move as a signal to Moscow and Pyongyang, diplomats told our correspondent at headquarters"
JA = "韓国と北大西洋条約機構は防衛産業協議体の初会合をブリュッセルで開き、弾薬の共同生産と標準化の作業部会を設けることで合意したと、韓国の防衛事業庁が発表した"
ZH = "韩国与北约在布鲁塞尔举行国防工业磋商机制首次会议，双方同意就弹药联合生产和标准化设立工作组，韩国防卫事业厅周五表示，下次会议将于明年春季在首尔举行"
KO = "한국과 나토가 브뤼셀에서 방산협의체 첫 회의를 열고 탄약 공동생산과 표준화 실무반을 두기로 합의했다고 방위사업청이 밝혔다"
WORDS = [f"word{n}" for n in range(20)]


def copy(name: str, hours: int = 0, summary: str = LEAD, title: str = "Wire title", **changes: Any) -> Report:
    when = builders.NOW + timedelta(hours=hours)
    return builders.report(
        **{"item_id": name, "title": title, "summary": summary, "published_at": when, "origin": name, **changes}
    )


def scripts(language: str, text: str) -> list[Report]:
    """A text; it with a place exchanged and a source added; its first half; something else."""
    edited = text.replace("ブリュッセル", "本部").replace("布鲁塞尔", "总部").replace("브뤼셀", "본부") + "(配信)"
    told = (text, edited, text[: len(text) // 2], text[::-1])
    return [
        copy(name, hours, said, language=language) for hours, (name, said) in enumerate(zip("abcd", told, strict=True))
    ]


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([copy("c", 2, title="Wire title (mobile)"), copy("a"), copy("b", 1, LEAD[:90])], "aaa"),
        ([copy("a"), copy("b", 1, LEAD.replace("cooperation", "casino cooperation slots"))], "aa"),
        ([copy("a"), copy("b", 1, OWN), copy("c", 2, language="ko"), copy("d", 24 * 9)], "abcd"),
        ([copy("a", 0, "One", "Short", origin="z"), copy("b", 1, "Two", "Another", origin="z")], "zz"),  # known so
        ([copy("a", 0, "", "Pact signed"), copy("b", 1, "", "Pact signed!"), copy("c", 1, "", "Pact signed now")], "aac"),
        ([copy("a", 0, " ".join(WORDS[:14])), copy("b", 1, " ".join(WORDS[6:])), copy("c", 2, " ".join(WORDS))], "aaa"),
        (scripts("ja", JA), "aaad"),  # M15
        (scripts("zh", ZH), "aaad"),
        (scripts("ko", KO), "aaad"),
    ],
)  # fmt: skip
def test_m15_copies_share_the_earliest_origin_in_any_order(reports: list[Report], expected: str) -> None:
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

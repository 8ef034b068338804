from __future__ import annotations

from pathlib import Path

import pytest

from extractors.words.lexicon import load
from extractors.words.sentences import read
from tests.builders import item as make_item

LEXICON = load(Path(__file__).resolve().parents[3] / "config" / "lexicon")


@pytest.mark.parametrize(
    ("text", "hedged"),
    [
        ("NATO and South Korea may meet", True),
        ("NATO and South Korea meet in May", False),
        ("NATO and South Korea may meet in May", True),
        ("On 5 May NATO and South Korea meet", False),
    ],
)
def test_m2_a_month_is_no_hedge(text: str, hedged: bool) -> None:
    (told,) = read(make_item(title=text, summary="", text="", language="en"), LEXICON)
    assert any(hit.term.lower() == "may" for hit in told.hits) is hedged


def test_a_tail_of_other_headlines_is_not_read() -> None:
    text = "서울과 나토가 방산 협력에 합의했다. 다음 회의는 브뤼셀에서 열린다. [관련기사] 나토 회원국 폴란드에 K2 수출"
    told = read(make_item(title="나토와 합의", summary=text, text="", language="ko"), LEXICON)
    assert not any(hit.term == "폴란드" for one in told for hit in one.hits)

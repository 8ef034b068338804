from datetime import date
from typing import Any

import pytest

from extractors.mention.describe import describe
from tests.builders import item
from tests.extractors.mention.saying import LEXICON, holds, sayings


@sayings("telling")
def test_a_plan_is_known_by_its_date_and_says_that_it_moved(saying: dict[str, Any]) -> None:
    holds(saying)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("NATO, Seoul hold third defence industry session",
         "South Korea and NATO held the third session of their defence industry body on Wednesday. On the sidelines, the Agency for Defense Development signed a memorandum with the NATO Communications and Information Agency."),
        ("한-나토 방산협의체 3차 회의 개최",
         "방위사업청은 25일 브뤼셀에서 방산협의체 3차 회의를 열었다고 26일 밝혔다. 같은 날 국방과학연구소는 나토 통신정보국과 보안통신 양해각서를 체결했다."),
    ],
)  # fmt: skip
def test_x6_another_act_of_the_same_day_is_an_act_of_its_own_with_that_day(title: str, text: str) -> None:
    says = describe(item(title=title, summary=text, language="ko" if "한" in title else "en"), LEXICON)
    assert isinstance(says, tuple)
    that_day = date(2025, 6, 25)
    assert [(one.track, one.event_date) for one in says] == [
        ("consultation_body", that_day),
        ("nato_projects", that_day),
    ]

from datetime import date
from typing import Any

from extractors.mention.describe import describe
from tests.builders import item
from tests.extractors.mention.saying import LEXICON, holds, sayings
from tests.table import table


@sayings("telling")
def test_a_plan_is_known_by_its_date_and_says_that_it_moved(saying: dict[str, Any]) -> None:
    holds(saying)


@table("title, text")
def test_x6_another_act_of_the_same_day_is_an_act_of_its_own_with_that_day(title: str, text: str) -> None:
    says = describe(item(title=title, summary=text, language="ko" if "한" in title else "en"), LEXICON)
    assert isinstance(says, tuple)
    that_day = date(2025, 6, 25)
    assert [(one.track, one.event_date) for one in says] == [
        ("consultation_body", that_day),
        ("nato_projects", that_day),
    ]

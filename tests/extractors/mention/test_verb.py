"""What was done, how firmly it is said, and what kind of act it is."""

from typing import Any

from extractors.story import Act, Stage
from tests.extractors.mention.saying import holds, sayings, told


@sayings("verb")
def test_stage_date_ordinal_and_place(saying: dict[str, Any]) -> None:
    holds(saying)


def test_a_call_is_an_act_of_its_own_kind() -> None:
    mention = told(
        "이 대통령, 나토 사무총장과 통화…방산협의체 후속 논의", "이재명 대통령이 마르크 뤼터 사무총장과 통화했다."
    )
    assert (mention.stage, mention.act, mention.alertable) == (Stage.OTHER, Act.OTHER, True)

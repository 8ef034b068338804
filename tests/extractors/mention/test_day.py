from typing import Any

from tests.extractors.mention.saying import holds, sayings


@sayings("day")
def test_m9_the_day_of_an_act(saying: dict[str, Any]) -> None:
    holds(saying)

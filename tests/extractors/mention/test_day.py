"""When an act took place: the day of its own sentence, not that of the statement, the wire or what it builds on."""

from typing import Any

from tests.extractors.mention.saying import holds, sayings


@sayings("day")
def test_m9_the_day_of_an_act(saying: dict[str, Any]) -> None:
    holds(saying)

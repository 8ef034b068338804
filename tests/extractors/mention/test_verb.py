from typing import Any

from tests.extractors.mention.saying import holds, sayings


@sayings("verb")
def test_stage_date_ordinal_and_place(saying: dict[str, Any]) -> None:
    holds(saying)

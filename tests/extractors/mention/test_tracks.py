from typing import Any

from tests.extractors.mention.saying import holds, sayings


@sayings("tracks")
def test_the_track_of_an_act(saying: dict[str, Any]) -> None:
    holds(saying)

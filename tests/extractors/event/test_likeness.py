from tests.extractors.event.acts import holds
from tests.table import table


@table("story, news, acts")
def test_what_makes_reports_one_act(story: str, news: str, acts: int) -> None:
    holds(story, news, acts)

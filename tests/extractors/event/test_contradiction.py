from datetime import date

from extractors.story import Act, Stage
from tests.extractors.event.acts import holds, past
from tests.table import table


@table("story, news, acts")
def test_x6_acts_apart_stay_two_and_a_vague_report_bridges_nothing(story: str, news: str, acts: int) -> None:
    holds(story, news, acts)


def test_what_history_does_not_know_is_news_and_its_entries_stay_two() -> None:
    plan = past(stage=Stage.SCHEDULED, act=Act.SESSION, event_date=date(2025, 9, 30), ordinal=1)
    (found,) = holds("9-30 scheduled 9-30 #1 & 9-30 held 9-30 #1", "new", 2, history=(plan,))
    assert found.event.event_id != plan.event_id
    holds("8-20 agreed 6-25", "", 1, history=(past(), past(event_id="h2")))

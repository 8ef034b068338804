"""How surely two reports tell of one act: when, what about, who, where, which session."""

from tests.extractors.event.acts import holds
from tests.table import table

FIELD = "6-22 signed 6-22 %munitions"
BOTH = "6-26 agreed 6-25 body ip4 +wi +rutte"
CALL = "3-10 {} coop +lee +rutte"
HERE, THERE = CALL.format("held 3-9") + " @seoul", CALL.format("other 3-10")
JOINT = "6-26 agreed 6-25 ip4 =project:joint +wi +rutte"


@table("story, news, acts")
def test_what_makes_reports_one_act(story: str, news: str, acts: int) -> None:
    holds(story, news, acts)

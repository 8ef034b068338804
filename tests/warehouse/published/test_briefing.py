from pathlib import Path

from tests.publisher import Publisher
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss
from warehouse.published.briefing import read


def test_details_are_read_of_the_events_whose_version_is_another(tmp_path: Path) -> None:
    with Publisher({"/en": rss(FOUNDING_EN, *noise(2))}) as site:
        stage = Stage(tmp_path, site)
        stage.feeds({"en": {}})
        stage.run(NOON)
    found = read(stage.home, {})
    [(event, details)] = found.details.items()
    assert [report["url"] for report in details["reports"]] == [FOUNDING_EN[0]]
    assert {row["field"] for row in details["evidence"]} == {"title", "summary"}
    assert [row["state"] for row in details["deliveries"]] == ["sent"]
    known = {str(one["event_id"]): str(one["version"]) for one in found.events}
    assert read(stage.home, known).details == {}
    assert [one["page"] for one in found.events if one["event_id"] != event] == [False] * (len(found.events) - 1)

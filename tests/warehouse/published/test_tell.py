import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.model import DeliveryState, Message, Outgoing, ResultKind, SendResult
from extractors.learned import Resolution
from extractors.model import FeedState
from tests import builders as b
from tests.builders import NOW
from tests.table import table
from tests.warehouse import homes
from warehouse.connection import LIVE, writing
from warehouse.live import events, feeds, outbox
from warehouse.live.bulk import id_of
from warehouse.live.migrate import steps
from warehouse.published.publish import publish
from warehouse.published.retention import upkeep
from warehouse.published.tell import alerts, explain, health, last_alert

HOUR = timedelta(hours=1)


@pytest.fixture(name="home", scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = homes.made(tmp_path_factory.mktemp("home"), 2, published=False)
    with writing(home, now=NOW) as con:
        parts = tuple(part for part in outbox.due(con, now=NOW + HOUR) if part[0].alert_id == "alert0")
        outbox.start(con, Outgoing(channel="desk", kind=None, message_id="message", parts=parts), now=NOW)
        failed = homes.delivery(0, DeliveryState.ABANDONED, attempts=6, message_id="message", reason="550 no such user")
        result = SendResult(kind=ResultKind.REFUSED, reason="550 no such user", status=550)
        outbox.record(con, [failed], result, Message(message_id="message", title="t", text="words"), now=NOW)
        events.mute(con, "e0", None, NOW)
        events.save(con, Resolution(events=(b.event(event_id="alias", merged_into="e0"),)), [], now=NOW)
        feeds.save_states(con, [FeedState(feed="a", next_due_at=NOW)])
    publish(home, now=NOW + HOUR, lexicon_version="lex")
    (home / LIVE).rename(home / "elsewhere")  # none of these may open the live file
    return home


def test_health(home: Path) -> None:
    found = health(home)
    assert (found.published_at, found.lexicon_version, found.schema_version) == (NOW + HOUR, "lex", steps()[-1].version)
    assert found.last_cycle
    assert found.last_cycle.started_at == NOW + timedelta(minutes=10)
    assert [(feed["feed"], feed["outcome"]) for feed in found.feeds] == [("a", "new")]
    assert found.deliveries == {"abandoned": 1, "pending": 1}
    assert found.waiting == [{"channel": "desk", "deliveries": 1, "reason": "550 no such user"}]
    assert (found.recoveries, found.next_due_at, found.time_to_alert) == ([], NOW, (None, None))
    assert found.bytes > 100_000
    assert found.untold == health(home, ["desk"]).untold == []
    [lost] = health(home, ["desk", "other"]).untold  # X4: of the last cycle's alert, channel by channel
    assert (lost["event_id"], lost["channel"]) == ("e1", "other")


def test_alerts(home: Path) -> None:
    assert [row["alert_id"] for row in alerts(home)] == ["alert1", "alert0"]
    assert [(row["alert_id"], row["reason"]) for row in alerts(home, failed=True)] == [("alert0", "550 no such user")]
    assert [row["alert_id"] for row in alerts(home, since=NOW + timedelta(minutes=1))] == ["alert1"]
    assert last_alert(home, "e0") == homes.alert(0)
    assert last_alert(home, "none") is None


ONE_THING = {
    "items": ("item_id", [id_of(1)]), "polls": ("polled_at", [NOW]), "evidence": ("term", ["A"]),
    "mentions": ("why", ["new"]), "events": ("event_id", ["alias", "e0"]), "sources": ("event_id", ["e0"]),
    "alerts": ("alert_id", ["alert0"]), "deliveries": ("state", ["abandoned"]), "attempts": ("text", ["words"]),
    "mutes": ("event_id", ["e0"]),
}  # fmt: skip


@table("x")
def test_one_thing_is_explained_from_wherever_one_asks(home: Path, x: str) -> None:
    found = explain(home, x)
    told = {table: sorted((row[column] for row in found[table]), key=str) for table, (column, _) in ONE_THING.items()}
    assert told == {table: values for table, (_, values) in ONE_THING.items()}


def test_an_irrelevant_item_is_explained_from_the_archive(home: Path) -> None:
    found = explain(home, id_of(-2))
    assert (found["items"][0]["reason"], len(found["polls"]), found["events"]) == ("no_korea", 1, [])


@pytest.mark.parametrize("x", ["nothing", "https://a.example/unknown", "https://a.example/99999", ""])
def test_of_what_is_unknown_nothing_is_told(home: Path, x: str) -> None:
    assert explain(home, x) == {}


def test_a_poll_that_left_the_live_file_is_found_and_without_an_archive_the_copy_answers(tmp_path: Path) -> None:
    home = homes.made(tmp_path, 1)
    later = NOW + timedelta(days=40)
    upkeep(home, now=later)
    publish(home, now=later, lexicon_version="t")
    shutil.rmtree(tmp_path / "published" / "archive")
    assert [poll["polled_at"] for poll in explain(home, id_of(1))["polls"]] == [NOW]
    assert explain(home, id_of(-1)) == {}

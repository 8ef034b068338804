import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from flows.cycle.cycle import culprit
from flows.cycle.home import Holder, hold
from flows.cycle.state import SlotCovered, claimed, slot_of
from tests.builders import raising
from tests.flows.cycle.conftest import Hooks
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import NOON, Stage

MINUTE = timedelta(minutes=1)


def test_the_founding_story_is_one_event_told(founding: Stage, hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = HttpReceiver()
    [table] = hooks(hook=hook)
    with SmtpReceiver() as mail:
        monkeypatch.setenv("MAIL", mail.url)
        founding.channels({**table, "language": "ko"}, {"name": "mail", "url_env": "MAIL"})
        done, again = founding.run(), founding.run(NOON + 30 * MINUTE)
    assert (done.items, done.relevant, done.events > 0, done.alerts) == (5, 2, True, 1)
    assert (again.items, again.alerts, again.deliveries) == (0, 0, ())
    assert founding.ask("SELECT count(*) FROM cycles") == [(2,)]  # what missed slots are counted from
    columns = "track, stage, event_date::VARCHAR, date_precision, reports, outlets"
    event = founding.ask(f"SELECT {columns} FROM events WHERE NOT history")
    assert event == [("consultation_body", "agreed", "2025-06-25", "day", 2, ["EN", "KO"])]
    [(alert_id,)] = founding.ask("SELECT alert_id FROM alerts")
    assert [str(alert_id) in message.text for message in hook.received] == [True]
    assert [message["X-Konato-Alert-Id"] for message in mail.received] == [alert_id]
    sent = founding.ask("SELECT channel, state, attempts FROM deliveries ORDER BY 1")
    assert sent == [("hook", "sent", 1), ("mail", "sent", 1)]
    sources = "(SELECT count(*) FROM event_sources)"
    who = "list_has_all(actors, ['person:wi_sung_lac', 'person:mark_rutte'])"
    facts = f"SELECT {sources}, {who}, len(domains) > 0 FROM events WHERE NOT history"
    assert founding.ask(facts) == [(2, True, True)]
    assert founding.ask(
        "SELECT count(*) FROM evidence e JOIN items i USING (item_id) WHERE field = 'title'"
        " AND substr(i.title, start_offset + 1, end_offset - start_offset) <> term"
    ) == [(0,)]


def test_a_slot_that_a_running_cycle_covers_waits_for_no_lock(stage: Stage) -> None:
    covered = pytest.raises(SlotCovered, match="still running")
    with hold(stage.home, who="a"), claimed(stage.home, slot=None, who="a"), covered:
        stage.run(slot=slot_of(datetime.now(UTC), timedelta(hours=1)))


def test_a_cycle_past_its_deadline_ends_itself_and_an_empty_one_imports_neither_prefect_nor_what_reads() -> None:
    program = (
        "import sys, threading; from datetime import timedelta; import flows.cli.main; from flows.cycle.cycle import _deadline\n"
        "heavy = {'prefect', 'jinja2', 'aiohttp', 'extractors.read.items', 'extractors.event.resolve', 'extractors.mention.describe'}\n"
        "print(sorted(heavy & set(sys.modules)), flush=True)\n"
        "with _deadline(timedelta(milliseconds=50), 'konato run', lambda: print('late', flush=True)): threading.Event().wait(60)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 1
    assert "deadline" in found.stderr
    assert found.stdout == "[]\nlate\n"


def test_no_secret_of_a_channel_is_found_anywhere(
    founding: Stage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with HttpReceiver(["500", "reset"]) as hook, SmtpReceiver(login="sesame-user:sesame-word") as mail:
        for name, url in {
            "HOOK": f"json://sesame-user:sesame-word@127.0.0.1:{hook.port}/sesame-path",
            "MAIL": mail.url.replace("user:pass", "sesame-user:sesame-word"),
            "DEAD": "slack://sesameAAAA/sesameBBBB/sesameCCCCCCCCCCCCCCCCCCC/#desk",
            "WRONG": mail.url.replace("user:pass", "sesame-user:sesame-wrong"),
        }.items():
            monkeypatch.setenv(name, url)
        founding.channels(*({"name": name.lower(), "url_env": name} for name in ("HOOK", "MAIL", "DEAD", "WRONG")))
        monkeypatch.setattr("apprise.plugins.slack.NotifySlack.webhook_url", f"http://127.0.0.1:{hook.port}/services")
        for hours in (0, 1):
            founding.run(NOON + timedelta(hours=hours))
        assert len(hook.received) >= 2
        assert mail.received
    told = [*(request.text for request in hook.received), *(str(message) for message in mail.received)]
    files = [file.read_bytes() for file in founding.home.rglob("*") if file.is_file()]
    rows = [str(founding.ask(f"FROM {table}")) for table in ("attempts", "deliveries", "alerts", "feeds", "cycles")]
    for text in (caplog.text, *capfd.readouterr(), *told, *rows):
        assert "sesame" not in text
    assert not any(b"sesame" in content for content in files)


def test_a_delivery_that_fails_still_leaves_a_published_copy(queued: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cycle.cycle.deliver", raising(OSError, "no"))
    with pytest.raises(OSError, match="no") as failed:
        queued.run(NOON + MINUTE)
    assert failed.value.__notes__ == ["stage deliver"]
    assert queued.ask(f"SELECT published_at = TIMESTAMPTZ '{NOON + MINUTE}' FROM about") == [(True,)]


@pytest.mark.parametrize(("ends", "feed", "accused"), [(-MINUTE, "en", ["en"]), (MINUTE, "en", []), (-MINUTE, "", [])])
def test_x1_a_death_accuses_a_feed_only_past_the_deadline(ends: timedelta, feed: str, accused: list[str]) -> None:
    deadline = f"{datetime.now(UTC) + ends:%FT%TZ}"
    dead = Holder(pid=1, who="a", started="then", deadline=deadline, stage="learn", feed=feed)
    assert list(culprit(dead)) == accused
    assert culprit(None) == {}

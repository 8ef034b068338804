from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from flows.cycle.cycle import culprit, run_cycle
from flows.cycle.home import Cycle, Holder
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import NOON, Stage

MINUTE = timedelta(minutes=1)


def test_the_founding_story_is_one_event_one_alert_and_one_delivery_a_channel(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = founding
    stage.channels({"name": "mail", "url_env": "MAIL"}, {"name": "hook", "url_env": "HOOK", "language": "ko"})
    with HttpReceiver() as hook, SmtpReceiver() as mail:
        environment = {
            "MAIL": mail.url,
            "HOOK": f"json://127.0.0.1:{hook.port}/in",
        }
        for name, url in environment.items():
            monkeypatch.setenv(name, url)
        done = run_cycle(stage.settings(environment), home=stage.home, now=NOON)
        again = run_cycle(stage.settings(environment), home=stage.home, now=NOON + 30 * MINUTE)
        assert (done.items, done.relevant, done.alerts) == (5, 2, 1)
        assert (again.items, again.alerts, dict(again.deliveries)) == (0, 0, {})
        assert len(hook.received) == len(mail.received) == 1
        event = stage.ask(
            "SELECT event_id, track, stage, event_date::VARCHAR, date_precision, reports, outlets FROM events WHERE NOT history"
        )
        assert [row[1:] for row in event] == [("consultation_body", "agreed", "2025-06-25", "day", 2, ["EN", "KO"])]
        alert_id = stage.ask("SELECT alert_id FROM alerts")[0][0]
        assert str(alert_id) in hook.received[0].text
        assert mail.received[0]["X-Konato-Alert-Id"] == alert_id
        assert stage.ask("SELECT channel, state, attempts FROM deliveries ORDER BY 1") == [
            ("hook", "sent", 1),
            ("mail", "sent", 1),
        ]
        assert stage.ask("SELECT count(*) FROM event_sources") == [(2,)]
        actors, domains = stage.ask("SELECT actors, domains FROM events WHERE NOT history")[0]
        assert isinstance(actors, list)
        assert {"person:wi_sung_lac", "person:mark_rutte"} <= set(actors)
        assert domains
        assert stage.ask(
            "SELECT count(*) FROM evidence e JOIN items i USING (item_id) WHERE field = 'title'"
            " AND substr(i.title, start_offset + 1, end_offset - start_offset) <> term"
        ) == [(0,)]


def test_a_cycle_past_its_deadline_ends_itself() -> None:
    program = (
        "import sys, threading; from datetime import timedelta; from flows.cycle.cycle import _deadline\n"
        "with _deadline(timedelta(milliseconds=50), 'konato run', lambda: print('late', flush=True)): threading.Event().wait(60)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 1
    assert "deadline" in found.stderr
    assert found.stdout == "late\n"


def test_konato_run_imports_no_prefect() -> None:
    program = "import sys, flows.cli.main, flows.cycle.cycle; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_no_secret_of_a_channel_is_found_anywhere(
    founding: Stage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    stage = founding
    with HttpReceiver(["500", "reset"]) as hook, SmtpReceiver(login="sesame-user:sesame-word") as mail:
        environment = {
            "HOOK": f"json://sesame-user:sesame-word@127.0.0.1:{hook.port}/sesame-path",
            "MAIL": mail.url.replace("user:pass", "sesame-user:sesame-word"),
            "DEAD": "slack://sesameAAAA/sesameBBBB/sesameCCCCCCCCCCCCCCCCCCC/#desk",
            "WRONG": mail.url.replace("user:pass", "sesame-user:sesame-wrong"),
        }
        stage.channels(*({"name": name.lower(), "url_env": name} for name in environment))
        for name, url in environment.items():
            monkeypatch.setenv(name, url)
        monkeypatch.setattr("apprise.plugins.slack.NotifySlack.webhook_url", f"http://127.0.0.1:{hook.port}/services")
        for hours in (0, 1, 2):
            run_cycle(stage.settings(environment), home=stage.home, now=NOON + timedelta(hours=hours))
        assert len(hook.received) >= 4
        assert mail.received
    told = [*(request.text for request in hook.received), *(str(message) for message in mail.received)]
    files = [file.read_bytes() for file in stage.home.rglob("*") if file.is_file()]
    rows = [str(stage.ask(f"FROM {table}")) for table in ("attempts", "deliveries", "alerts", "feeds", "cycles")]
    for text in (caplog.text, *capfd.readouterr(), *told, *rows):
        assert "sesame" not in text
    assert not any(b"sesame" in content for content in files)


def test_a_delivery_that_fails_altogether_still_leaves_a_published_copy(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Cycle) -> None:
        raise OSError("no")

    monkeypatch.setattr("flows.cycle.cycle.deliver", broken)
    with pytest.raises(OSError, match="no"):
        run_cycle(founding.settings(), home=founding.home, now=NOON)
    assert founding.ask("SELECT state, count(*) FROM deliveries GROUP BY ALL") == [("pending", 1)]


@pytest.mark.parametrize(
    ("ends", "feed", "accused"), [(-MINUTE, "en", True), (MINUTE, "en", False), (-MINUTE, "", False)]
)
def test_x1_a_death_accuses_a_feed_only_past_the_deadline(ends: timedelta, feed: str, accused: bool) -> None:
    deadline = f"{datetime.now(UTC) + ends:%FT%TZ}"
    dead = Holder(pid=1, who="a", started="then", deadline=deadline, stage="learn", feed=feed)
    assert list(culprit(dead)) == (["en"] if accused else [])
    assert culprit(None) == {}

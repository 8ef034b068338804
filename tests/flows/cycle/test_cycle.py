from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import alerts.send.door
from alerts.word.render import RenderError
from flows.cycle import deliver as delivering
from flows.cycle import learn as learning
from flows.cycle.cycle import run_cycle
from tests.publisher import Publisher
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import FOUNDING_EN, FOUNDING_KO, NOON, Stage, noise, rss
from warehouse.connection import writing
from warehouse.live import events

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Publisher() as site:
        yield Stage(tmp_path, site)


def founding(stage: Stage) -> None:
    stage.site.answers = {"/en": rss(FOUNDING_EN, *noise(3)), "/ko": rss(FOUNDING_KO)}
    stage.feeds({"en": {}, "ko": {"language": "ko", "timezone": "Asia/Seoul"}})


def test_the_founding_story_is_one_event_one_alert_and_one_delivery_a_channel(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    founding(stage)
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


def test_a_first_run_lists_what_is_older_than_the_age_gate_and_alerts_the_rest(stage: Stage) -> None:
    stage.site.answers = {"/en": rss(FOUNDING_EN)}
    stage.feeds({"en": {}})
    run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(days=5))
    assert stage.ask(
        "SELECT d.state, d.reason FROM deliveries d JOIN alerts USING (alert_id) WHERE event_id IS NOT NULL"
    ) == [("suppressed", "baseline")]
    assert stage.ask("SELECT count(*) FROM alerts WHERE change = 'baseline'") == [(1,)]


def test_a_broken_template_costs_one_message_which_comes_after_the_mend(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    founding(stage)

    def broken(*_: object, **__: object) -> None:
        raise RenderError("line 3: no such word")

    with monkeypatch.context() as patched:
        patched.setattr("alerts.word.render.render", broken)
        run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert stage.ask("SELECT state, attempts FROM deliveries") == [("pending", 1)]
    assert "no such word" in str(stage.ask("SELECT reason FROM attempts"))
    run_cycle(stage.settings(), home=stage.home, now=NOON + 10 * MINUTE)
    assert stage.ask("SELECT state FROM deliveries") == [("sent",)]


def test_a_fault_in_a_rule_costs_one_item_its_verdict(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    founding(stage)

    def fault(*_: object, **__: object) -> None:
        raise KeyError("rule")

    monkeypatch.setattr(learning, "describe", fault)
    done = run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert (done.items, done.relevant) == (5, 0)
    assert set(stage.archive("reason")) == {("the detector failed: KeyError",)}


def test_a_removed_channel_is_suppressed_with_its_reason(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    founding(stage)
    with HttpReceiver(otherwise="500") as hook:
        stage.channels({"name": "hook", "url_env": "HOOK"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/in"}
        monkeypatch.setenv("HOOK", environment["HOOK"])
        run_cycle(stage.settings(environment), home=stage.home, now=NOON)
    stage.channels()
    done = run_cycle(stage.settings(), home=stage.home, now=NOON + 10 * MINUTE)
    assert dict(done.deliveries) == {"suppressed": 1}
    assert stage.ask("SELECT state, reason FROM deliveries") == [("suppressed", "channel removed")]


def test_a_mute_silences_what_is_queued_already(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    founding(stage)
    with HttpReceiver(otherwise="500") as hook:
        stage.channels({"name": "hook", "url_env": "HOOK"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/in"}
        monkeypatch.setenv("HOOK", environment["HOOK"])
        run_cycle(stage.settings(environment), home=stage.home, now=NOON)
        [(event_id,)] = stage.ask("SELECT event_id FROM alerts")
        with writing(stage.home, now=NOON) as con:
            events.mute(con, str(event_id), None, NOON)
        done = run_cycle(stage.settings(environment), home=stage.home, now=NOON + timedelta(hours=1))
        assert dict(done.deliveries) == {"suppressed": 1}
        assert len(hook.received) == 1
    assert stage.ask("SELECT state, reason FROM deliveries") == [("suppressed", "muted")]


def test_a_delivery_given_up_is_told_through_another_channel(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    founding(stage)
    with HttpReceiver(otherwise="500") as hook, HttpReceiver() as other:
        stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "other", "url_env": "OTHER"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/in", "OTHER": f"json://127.0.0.1:{other.port}/in"}
        for name, url in environment.items():
            monkeypatch.setenv(name, url)
        for hours in (0, 1, 3, 8, 15, 25, 32, 33):
            run_cycle(stage.settings(environment), home=stage.home, now=NOON + timedelta(hours=hours))
        assert stage.ask("SELECT attempts, state FROM deliveries WHERE channel = 'hook' AND state = 'abandoned'")
        (told,) = (message.text for message in other.received if "given up" in message.text)
        assert FOUNDING_EN[0] in told


def test_what_tells_of_an_abandoned_alert_waits_for_the_same_channels_next_success(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    founding(stage)
    with HttpReceiver(otherwise="500") as hook:
        stage.channels({"name": "hook", "url_env": "HOOK"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/in"}
        monkeypatch.setenv("HOOK", environment["HOOK"])
        for hours in range(0, 77, 7):
            run_cycle(stage.settings(environment), home=stage.home, now=NOON + timedelta(hours=hours))
        assert stage.ask(
            "SELECT state FROM deliveries JOIN alerts USING (alert_id) WHERE change = 'abandoned' ORDER BY created_at"
        ) == [("pending",)]


def test_a_cycle_past_its_deadline_ends_itself() -> None:
    program = (
        "import sys, threading; from datetime import timedelta; from flows.cycle.cycle import _deadline\n"
        "with _deadline(timedelta(milliseconds=50), 'konato run'): threading.Event().wait(60)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 1
    assert "deadline" in found.stderr


def test_konato_run_imports_no_prefect() -> None:
    program = "import sys, flows.cli.main, flows.cycle.cycle; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_what_no_time_is_left_for_waits_for_the_next_cycle(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    founding(stage)
    monkeypatch.setattr(delivering, "SEND_SECONDS", 10_000.0)
    assert dict(run_cycle(stage.settings(), home=stage.home, now=NOON).deliveries) == {}
    monkeypatch.setattr(delivering, "SEND_SECONDS", 30.0)
    assert dict(run_cycle(stage.settings(), home=stage.home, now=NOON + MINUTE).deliveries) == {"sent": 1}
    assert alerts.send.door.medium_of("console://") == "text"


def test_no_secret_of_a_channel_is_found_anywhere(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    founding(stage)
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

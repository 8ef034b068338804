from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli.main import main
from flows.cycle.cycle import run_cycle
from tests.publisher import Answer, Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, FOUNDING_KO, NOON, Stage, noise, rss


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A home after one cycle that alerted; the tests below look at it, or undo what they do."""
    with Publisher() as site:
        stage = Stage(tmp_path_factory.mktemp("cli"), site)
        site.answers = {"/en": rss(FOUNDING_EN, *noise(3)), "/ko": rss(FOUNDING_KO), "/down": Answer(status=503)}
        stage.feeds({"en": {}, "ko": {"language": "ko", "timezone": "Asia/Seoul"}, "down": {}})
        run_cycle(stage.settings(), home=stage.home, now=NOON)
        yield stage


class Konato:
    """Runs commands in this process, as `konato` does."""

    def __init__(self, stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage, self.capsys, self.monkeypatch = stage, capsys, monkeypatch
        self.home, self.config = stage.home, stage.config

    def __call__(self, *words: str, code: int = 0) -> tuple[str, str]:
        where = ["--home", str(self.home), "--config", str(self.config)]
        self.monkeypatch.setattr(sys, "argv", ["konato", *words, *where])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        assert (ended.value.code or 0) == code, err
        return out, err


@pytest.fixture
def konato(stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Konato:
    return Konato(stage, capsys, monkeypatch)


def test_check_says_what_would_run(konato: Konato) -> None:
    out, _ = konato("check")
    assert "3 enabled" in out
    assert "console" in out
    assert "all five stages" in konato("check", "--self-test")[0]


def test_run_prints_a_summary_and_what_failed(konato: Konato) -> None:
    out, _ = konato("run", "--all", "--now", "2025-06-26T12:01:00+09:00")
    assert "1 server_error" in out
    assert "down: server_error" in out


@pytest.mark.parametrize("now", ["yesterday", "2025-06-26", "2025-06-26T12:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_clock_without_offset_is_refused(konato: Konato, now: str) -> None:
    _, err = konato("run", "--now", now, code=2)
    assert "now" in err


def test_bad_configuration_ends_with_2_in_one_line(konato: Konato, tmp_path: Path) -> None:
    konato.config = tmp_path
    _, err = konato("run", code=2)
    assert "feeds.toml" in err
    assert "Traceback" not in err


def test_a_held_lock_ends_with_1_and_names_the_holder(konato: Konato, monkeypatch: pytest.MonkeyPatch) -> None:
    import flows.cycle.home

    monkeypatch.setattr(flows.cycle.home.hold.__wrapped__, "__kwdefaults__", {"wait": flows.cycle.home.timedelta(0)})  # type: ignore[attr-defined]
    with flows.cycle.home.hold(konato.home, who="a neighbour", started="now", deadline="soon"):
        _, err = konato("run", code=1)
    assert "a neighbour" in err


def test_status_in_words_and_json(konato: Konato) -> None:
    out, _ = konato("status")
    assert "konato is healthy" in out
    facts = json.loads(konato("status", "--json")[0])
    assert facts["status"] == "healthy"
    assert facts["service"] is None
    (konato.home / "service.json").write_text(json.dumps({"pid": os.getpid(), "prefect": {"state": "up"}}))
    assert json.loads(konato("status", "--json")[0])["service"]["prefect"]["state"] == "up"
    (konato.home / "service.json").unlink()
    assert {feed["feed"] for feed in facts["feeds"]} == {"en", "ko", "down"}


def test_status_of_a_late_and_of_an_empty_home(konato: Konato, tmp_path: Path) -> None:
    published = konato.home / "published" / "konato.duckdb"
    before = published.stat()
    for age, code, word in ((7_200, 1, "degraded"), (200_000, 3, "broken")):
        os.utime(published, (before.st_atime, before.st_mtime - age))
        assert word in konato("status", code=code)[0]
    os.utime(published, (before.st_atime, before.st_mtime))
    konato.home = tmp_path
    assert "nothing was published" in konato("status", code=3)[0]


def test_status_of_an_unreadable_copy_is_broken(konato: Konato, tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "konato.duckdb").write_bytes(b"no database" * 2000)
    konato.home = tmp_path
    assert "cannot be read" in konato("status", code=3)[0]


def test_query_in_every_format_with_the_copys_age(konato: Konato) -> None:
    sql = "SELECT '=cmd' AS a, DATE '2025-06-25' AS b, TIMESTAMPTZ '2025-06-25 00:00:00+00' AS c, ['x', 'y'] AS d, NULL AS e"
    out, err = konato("query", sql)
    assert "=cmd" in out
    assert "s old" in err
    assert json.loads(konato("query", sql, "--format", "json")[0])[0]["b"] == "2025-06-25"
    assert "'=cmd,2025-06-25" in konato("query", sql, "--format", "csv")[0]


def test_ready_questions_are_listed_and_run(konato: Konato) -> None:
    listed, _ = konato("query", "--list")
    names = [line.split()[0] for line in listed.splitlines()]
    assert "chain" in names
    for name in names:
        konato("query", name)


def test_a_wrong_question_ends_with_1(konato: Konato) -> None:
    assert "konato" in konato("query", "SELECT * FROM nowhere", code=1)[1]
    assert "'nosuch' is neither a ready question nor SQL" in konato("query", "nosuch", code=1)[1]
    assert "parameter" in konato("query", "chain", "--param", "nosuch=1", code=1)[1]
    konato("query", "chain", "--param", "nosuch", code=2)


def test_explain_knows_urls_items_events_and_alerts(konato: Konato) -> None:
    alert_id, event_id = konato.stage.ask("SELECT alert_id, event_id FROM alerts")[0]
    item_id = konato.stage.ask("SELECT item_id FROM items")[0][0]
    for x in (FOUNDING_EN[0], str(item_id), str(event_id), str(alert_id)):
        out, _ = konato("explain", x)
        assert "delivery: " in out
        assert "«" in out
    assert "not relevant" in konato("explain", noise(1)[0][0])[0]
    assert "known from history.toml" in konato("explain", konato.stage.settings().history[0].event_id)[0]
    assert "unknown" in konato("explain", "h0", code=1)[1]
    assert "unknown" in konato("explain", "https://nowhere.example/", code=1)[1]


def test_mute_and_unmute(konato: Konato) -> None:
    event_id = str(konato.stage.ask("SELECT event_id FROM alerts")[0][0])
    assert "muted until 2031-01-01" in konato("mute", event_id, "--until", "2031-01-01")[0]
    assert "muted" in konato("mute", event_id)[0]
    assert "told again" in konato("unmute", event_id)[0]
    assert "no event" in konato("mute", "nosuch", code=1)[1]


def test_alerts_are_listed_and_sent_again(konato: Konato) -> None:
    alert_id = str(konato.stage.ask("SELECT alert_id FROM alerts")[0][0])
    assert alert_id in konato("alerts", "list")[0]
    assert alert_id not in konato("alerts", "list", "--failed", "--since", "2025-01-01")[0]
    assert "0 deliveries" in konato("alerts", "resend", "--failed")[0]
    assert "1 deliveries" in konato("alerts", "resend", alert_id)[0]
    out, _ = konato("run", "--now", "2025-06-26T12:02:00+09:00")
    assert "1 sent" in out
    konato("alerts", "resend", code=1)
    konato("alerts", "resend", "nosuch", code=1)


def test_a_channel_is_tested_and_a_message_previewed(
    konato: Konato, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event_id = str(konato.stage.ask("SELECT event_id FROM alerts")[0][0])
    with HttpReceiver(["ok", "500"]) as hook:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{hook.port}/")
        konato.stage.channels({"name": "hook", "url_env": "HOOK"})
        assert "hook: sent" in konato("channels", "test", "hook")[0]
        konato("channels", "test", "hook", code=1)
        konato("channels", "test", "nosuch", code=2)
        assert event_id in konato("preview", event_id, "--channel", "hook")[0]
        konato("preview", "nosuch", "--channel", "hook", code=1)
        monkeypatch.setenv("MAIL", "mailto://user:pass@127.0.0.1:9?from=a@a.example&to=b@b.example")
        konato.stage.channels({"name": "mail", "url_env": "MAIL"})
        konato("preview", event_id, "--channel", "mail", "--html", str(tmp_path / "mail.html"))
        assert event_id in (tmp_path / "mail.html").read_text(encoding="utf-8")
    konato.stage.channels()


def test_feedback_is_read_by_evaluate(konato: Konato, tmp_path: Path) -> None:
    alert_id = str(konato.stage.ask("SELECT alert_id FROM alerts")[0][0])
    konato("feedback", "wrong", alert_id)
    konato("feedback", "missed", noise(1)[0][0])
    konato("feedback", "wrong", "nosuch", code=1)
    assert "URL" in konato("feedback", "missed", "not a url", code=1)[1]
    figures = json.loads(konato("evaluate", str(konato.home / "feedback.jsonl"), "--json")[0])
    assert {"relevant", "alert", "events", "by_language"} <= figures.keys()
    assert "alert" in konato("evaluate", str(konato.home / "feedback.jsonl"), "--errors")[0]
    konato.home = tmp_path / "fresh"
    konato("feedback", "missed", "https://nowhere.example/")
    assert "nowhere" in (konato.home / "feedback.jsonl").read_text(encoding="utf-8")


def test_replay_gives_what_was_sent_and_two_runs_one_digest(konato: Konato, tmp_path: Path) -> None:
    sent = str(konato.stage.ask("SELECT alert_id FROM alerts")[0][0])
    first, second = konato("replay")[0], konato("replay")[0]
    assert sent in first
    assert first == second
    assert "0 gained, 0 lost" in konato("replay", "--diff", "--lexicon", str(konato.config / "lexicon"))[0]
    lexicon = tmp_path / "lexicon"
    lexicon.mkdir()
    for file in (konato.config / "lexicon").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (lexicon / file.name).write_text(
            text.replace("나토", "다른말").replace('"NATO"', '"OTHERWORD"'), encoding="utf-8"
        )
    out, _ = konato("replay", "--diff", "--lexicon", str(lexicon), "--since", "2025-06-01")
    assert "lost against the live rules" in out


def test_backup_restore_and_migrate(konato: Konato, tmp_path: Path) -> None:
    konato("backup", str(tmp_path / "copy.duckdb"))
    assert (tmp_path / "copy.duckdb").stat().st_size > 0
    konato("restore", str(tmp_path / "copy.duckdb"))
    konato("migrate", "--check")
    konato("migrate")
    out, _ = konato("run", "--all", "--now", "2025-06-26T12:03:00+09:00")
    assert "alerts: 0" in out


def test_help_names_every_command() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "flows.cli.main", "--help"], capture_output=True, text=True, check=False
    )
    commands = (
        "run",
        "serve",
        "demo",
        "check",
        "status",
        "query",
        "explain",
        "evaluate",
        "replay",
        "mute",
        "unmute",
        "alerts",
    )
    more = ("channels", "preview", "feedback", "backup", "restore", "migrate")
    assert [name for name in (*commands, *more) if name not in found.stdout] == []


def test_a_reader_that_has_seen_enough_ends_a_command_quietly() -> None:
    command = f"{sys.executable} -m flows.cli.main query --list | true"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in found.stderr

"""Pollers and learners over a real PostgreSQL, against one machine that sees the same publications."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from extractors.model import ConfigError
from flows.cycle import shards, state
from flows.cycle.gather import ROUND
from flows.cycle.home import Cycle
from flows.service.health import BROKEN, judge, look
from tests.konato import Konato
from tests.publisher import Answer, Asked, Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, FOUNDING_KO, NOON, Stage, noise, rss
from tests.table import tables
from warehouse.cluster import store

TEN = timedelta(minutes=10)
HOSTS = ("127.0.0.1", "localhost")
SHARDS = 3
RETOLD = ("https://b.example/view/7", FOUNDING_EN[1], "Thu, 26 Jun 2025 09:50:00 +0900", FOUNDING_EN[3])

Desk = Callable[[str], Stage]


@pytest.fixture
def desk(tmp_path: Path, stage: Stage, database: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Make a home that learns, with the stage's feeds; the stage itself is one machine."""
    monkeypatch.setenv("KONATO_DATABASE_URL", database)

    def made(name: str) -> Stage:
        one = Stage(tmp_path / name, stage.site)
        one.feeds({feed: {} for feed in ("en", "ko", "b", "quiet")})
        (one.config / "konato.toml").write_text(
            f'[cluster]\ndatabase_env = "KONATO_DATABASE_URL"\nshards = {SHARDS}\n', encoding="utf-8"
        )
        return one

    return made


def publish(site: Publisher, hour: int) -> None:
    """What stands in the feeds in this hour."""
    told = [FOUNDING_EN, *noise(hour + 1)]
    site.answers = {
        "/en": rss(*told[: hour + 1]),
        "/ko": rss(*[FOUNDING_KO, *noise(9, 50)][(hour < 2) : 3 + hour]),
        "/b": Answer(status=503) if hour == 1 else rss(*([RETOLD] if hour > 1 else noise(1, 80))),
        "/quiet": rss(*noise(1, 90)),
    }


def poll(stage: Stage, now: Any) -> list[shards.Round]:
    return [shards.poll_shard(stage.settings(), shard, now=now) for shard in range(SHARDS)]


def seen(stage: Stage) -> dict[str, Any]:
    """What an analyst finds that no clock of a machine goes into."""
    texts = "item_id, url, outlet, feed, title, summary, origin, reason, revision"
    found = {
        name: sorted(map(str, stage.ask(f"SELECT {columns} FROM {name}")))
        for name, columns in tables(__file__)["SEEN"].items()
    }
    return found | {"archive": stage.archive(f"{texts}, published_at, first_seen_at, relevant")}


def test_pollers_and_a_learner_make_what_one_machine_makes(stage: Stage, desk: Desk) -> None:
    stage.feeds({feed: {} for feed in ("en", "ko", "b", "quiet")})
    learner, other = desk("desk"), desk("other")
    other.run(NOON - TEN)  # from now on what it has not taken is kept for it
    for hour in range(4):
        now = NOON + hour * 6 * TEN
        publish(stage.site, hour)
        stage.run(now)
        assert sum(one.polls for one in poll(learner, now)) == 4
        assert sum(one.polls for one in poll(other, now)) == 0  # nothing is polled twice
        done = learner.run(now)
        assert sum(dict(done.outcomes).values()) == 4
        if hour % 2:
            other.run(now)  # takes the batches of two hours
    assert len(stage.ask("SELECT * FROM alerts WHERE event_id IS NOT NULL")) == 1
    assert seen(learner) == seen(stage)
    apart = seen(other)
    assert {name: apart[name] for name in apart if name != "feeds"} == {
        name: rows for name, rows in seen(stage).items() if name != "feeds"
    }
    assert len(stage.site.requests) == 2 * 4 * 4  # one machine's polls and the pollers': not the desks'


def test_a_crash_between_the_two_repeats_nothing(stage: Stage, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = desk("desk")
    publish(stage.site, 0)
    poll(learner, NOON)
    kept = store.taken
    with monkeypatch.context() as patched:
        patched.setattr(store, "taken", lambda con, home, *, batch: 1 / 0 if batch else kept(con, home, batch=batch))
        with pytest.raises(ZeroDivisionError):
            learner.run()
    first = learner.run(NOON + TEN)
    publish(stage.site, 1)
    assert sum(dict(first.outcomes).values()) < 4  # one batch was learned before
    assert len(learner.ask("SELECT * FROM polls")) == 4
    assert Counter(learner.run(NOON + 2 * TEN).outcomes) == Counter()


def test_a_home_without_pollers_is_not_well(stage: Stage, desk: Desk, database: str) -> None:
    learner = desk("desk")

    def found(minutes: int) -> str:
        assert str(learner.run(NOON + minutes * TEN / 10)).startswith("polls: none came")
        return " ".join(judge(look(learner.home)).problems)

    assert "No poller has ever run: nothing is polled. Start `konato poll --shard K" in found(0)
    publish(stage.site, 0)
    for shard in (shards.shard_of(learner.site.url("/"), SHARDS), 0, 1, 2):
        shards.poll_shard(learner.settings(), shard, now=NOON)
    learner.run(NOON + TEN)
    assert found(20) == ""
    with store.connected(database) as con:
        con.execute("UPDATE shards SET polled_at = now() - interval '45 min'")
    assert "4 feeds are not polled in time, no poller has been at the shard for 45 min" in found(20)
    with store.connected(database) as con:
        con.execute("UPDATE shards SET polled_at = now()")
    assert "its poller is 51 min behind" in found(60)


def test_a_home_put_back_from_an_older_copy_says_what_it_may_miss(stage: Stage, desk: Desk) -> None:
    learner = desk("desk")
    for hour in range(2):
        publish(stage.site, hour)
        poll(learner, NOON + hour * 6 * TEN)
        learner.run(NOON + hour * 6 * TEN)
        if not hour:
            shutil.copytree(learner.home, learner.folder / "older")
    shutil.rmtree(learner.home)
    (learner.folder / "older").rename(learner.home)
    for _ in range(2):
        learner.run(NOON + 7 * TEN)
        [(change, facts)] = learner.ask("SELECT change, facts FROM alerts WHERE event_id IS NULL")
        assert (change, "may miss what pollers brought after batch" in str(facts)) == ("gap", True)
    poll(learner, NOON + 8 * TEN)
    learner.run(NOON + 8 * TEN)
    assert len(learner.ask("SELECT * FROM alerts WHERE event_id IS NOT NULL")) == 1


def test_what_there_is_no_time_for_is_asked_again(stage: Stage, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = desk("desk")
    publish(stage.site, 0)
    poll(learner, NOON)
    with monkeypatch.context() as patched:
        patched.setattr(Cycle, "late", True)
        assert [learner.run(NOON).items for _ in range(SHARDS)] == [0] * SHARDS
    poll(learner, NOON + 2 * TEN)  # of bodies that have not changed
    assert learner.run(NOON + 2 * TEN).items == len(learner.archive("item_id")) == 5


def test_what_is_queued_goes_out_without_a_database(stage: Stage, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpReceiver(otherwise="503") as hook:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{hook.port}/")
        learner = desk("desk")
        learner.channels({"name": "hook", "url_env": "HOOK"})
        for hour in range(2):
            publish(stage.site, hour)
            poll(learner, NOON + hour * 6 * TEN)
            learner.run(NOON + hour * 6 * TEN)
        hook.script.otherwise = "ok"
        monkeypatch.setenv("KONATO_DATABASE_URL", "postgresql://u:hidden@127.0.0.1:1/x")
        with pytest.raises(OSError, match=r"cannot be used.*Connection refused.*What is queued goes out all the same"):
            learner.run(NOON + 12 * TEN)
        assert any(FOUNDING_EN[1] in one.text for one in hook.received)
        assert [each for (each,) in learner.ask("SELECT DISTINCT state FROM deliveries")] == ["sent"]
        assert learner.ask("SELECT count(*) FROM cycles") == [(2,)]  # this one is none
        verdict = judge(look(learner.home))
        assert (verdict.code, "hidden" in str(verdict.problems)) == (BROKEN, False)


def test_a_second_poller_of_a_shard_leaves_it_alone(database: str, desk: Desk) -> None:
    with store.connected(database) as con:
        assert store.alone(con, 1)
        assert shards.poll_shard(desk("desk").settings(), 1, now=NOON).busy


def test_a_poller_goes_on_at_once_while_its_rounds_are_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds, waits = list[Any]([ROUND, OSError("down"), ROUND, 1]), list[object]()

    class Over(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return self.is_set()

    def polled(*_: object, **__: object) -> shards.Round:
        done = rounds.pop(0)
        if not rounds:
            signal.raise_signal(signal.SIGTERM)
        if isinstance(done, OSError):
            raise done
        return shards.Round(shard=0, polls=done)

    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(shards, "poll_shard", polled)
    monkeypatch.setattr(threading, "Event", Over)
    shards.go_on(desk("desk").settings(), 0, every=timedelta(seconds=30))
    assert waits == [0.0, 30.0, 0.0, 30.0]
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_site_is_one_shard_whatever_its_hosts() -> None:
    of = {shards.shard_of(f"https://{host}/rss", 1000) for host in ("a.news.co.kr", "news.co.kr", "b.c.news.co.kr")}
    elsewhere = ("other.co.kr", "127.0.0.1", "10.0.0.1", "[::1]")
    others = {shards.shard_of(f"https://{host}/rss", 1000) for host in elsewhere}
    assert (len(of), len(others)) == (1, 4)


def test_what_is_not_configured_is_said(stage: Stage, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = desk("desk")
    with pytest.raises(ConfigError, match=r"has no shard 3.*0 to 2"):
        shards.poll_shard(learner.settings(), 3, now=NOON)
    with pytest.raises(ConfigError, match="database_env: is not set"):
        shards.poll_shard(stage.settings(), 0, now=NOON)
    monkeypatch.delenv("KONATO_DATABASE_URL")
    with pytest.raises(ConfigError, match="Export KONATO_DATABASE_URL"):
        learner.run()


def test_by_the_command_line(desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    learner = desk("desk")
    publish(learner.site, 0)
    konato = Konato(learner, capsys, monkeypatch)
    line = "shard 0: 0 feeds, 0 leased, 0 polls too late, never polled, longest wait 0 s\n"
    assert konato("poll")[0].startswith(line)
    said = "".join(konato("poll", "--shard", str(shard), "--now", NOON.isoformat())[0] for shard in range(SHARDS))
    assert "4 polls" in said
    assert "4 feeds, 0 leased, 0 polls too late, polled " in konato("poll")[0]
    assert "--shard" not in konato("poll", "--shard", "9", code=2)[0]
    learner.run()
    told = konato("status")[0]
    assert "batches    0 to be learned from, 0 s old\n  shard 0: 0 feeds" in told
    known = json.loads(konato("status", "--json")[0])["cluster"]
    assert [one["refused"] for one in known["shards"]] == [0] * SHARDS
    figures = konato("status", "--format", "prometheus")[0]
    assert 'konato_shard_feeds{shard="2"} 4.0' in figures
    assert "konato_batches_behind 0.0" in figures
    konato("brief")
    assert "Longest wait" in (learner.home / "published/briefing/feeds.html").read_text("utf-8")
    (learner.config / "konato.toml").unlink()  # it polls by itself again
    konato("run", "--now", (NOON + TEN).isoformat())
    assert json.loads(konato("status", "--json")[0])["cluster"] is None


def test_nothing_of_a_cluster_is_imported_without_it(stage: Stage) -> None:
    """And without the extra, what asks for it says how to install it."""
    at = f"['--config', {str(stage.config)!r}, '--home', {str(stage.home)!r}]"
    code = f"""
import sys
class Missing:
    def find_spec(self, name, *_):
        if name.partition('.')[0] in ('psycopg', 'publicsuffixlist'): raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing())
from flows.cli.main import main
for words, code in (['run'], 0), (['status'], 0), (['poll', '--shard', '0'], 2):
    sys.argv = ['konato', *words, *{at}]
    try: main()
    except SystemExit as ended: assert ended.code == code, (words, ended.code)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert (ran.returncode, "pip install 'konato[cluster]'" in ran.stderr) == (0, True), ran.stderr


def _konato(desk: Stage, *words: str) -> subprocess.Popen[bytes]:
    place = ["--config", str(desk.config), "--home", str(desk.home)]
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli.main", *words, *place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_pollers_of_one_shard_keep_the_distance_at_a_host_together(desk: Desk) -> None:
    """Two processes at once; the publisher counts."""
    learner, begun = desk("desk"), list[float]()

    def serve(_: Asked) -> Answer:
        begun.append(time.monotonic())
        return rss(*noise(1))

    learner.site.answers = dict.fromkeys(("/en", "/ko", "/b", "/quiet"), serve)
    with (learner.config / "konato.toml").open("a", encoding="utf-8") as file:
        file.write('[http]\ndistance = "1s"\n')
    shard = str(shards.shard_of(learner.site.url("/en"), SHARDS))
    for process in [_konato(learner, "poll", "--shard", shard, "--now", NOON.isoformat()) for _ in range(2)]:
        assert process.wait(60) == 0
    assert len(begun) == 4
    assert min(after - before for before, after in pairwise(sorted(begun))) > 0.9


@pytest.mark.long
def test_kills_of_pollers_learner_and_postgres_lose_nothing(
    tmp_path: Path, postgres: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three pollers and a learner as processes over feeds of several hosts; what is told is what one machine tells."""
    count, rounds = int(os.environ.get("KONATO_FEEDS", "200")), int(os.environ.get("KONATO_ROUNDS", "30"))
    rng, at_work, doubled = random.Random(os.environ.get("KONATO_SEED", "7")), Counter[str](), list[str]()
    lock, turn = threading.Lock(), [0]

    def serve(asked: Asked) -> Answer:
        name = asked.path
        with lock:
            at_work[name] += 1
            doubled.extend([name] if at_work[name] > 1 else [])
        time.sleep(0.01)
        n = int(name.removeprefix("/f"))
        body = rss(
            *([FOUNDING_EN] if n == 3 and turn[0] >= rounds // 2 else []),
            *noise(1 + turn[0] // (1 + n % 5), n * 100, f"o{n}.example"),
        )
        with lock:
            at_work[name] -= 1
        return body

    monkeypatch.setenv("KONATO_DATABASE_URL", database)
    with Publisher({f"/f{n}": serve for n in range(count)}) as site, HttpReceiver() as hook:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{hook.port}/")
        made = {name: Stage(tmp_path / name, site) for name in ("one", "desk")}
        for each in made.values():
            each.feeds({f"f{n}": {"url": site.url(f"/f{n}").replace("127.0.0.1", HOSTS[n % 2])} for n in range(count)})
            each.channels({"name": "hook", "url_env": "HOOK"})
        desk, one = made["desk"], made["one"]
        service = f'[cluster]\ndatabase_env = "KONATO_DATABASE_URL"\nshards = {SHARDS}\n[cycle]\ndeadline = "15s"\n'
        (desk.config / "konato.toml").write_text(service, encoding="utf-8")
        for turn[0] in range(rounds):
            now = NOON + turn[0] * 2 * TEN
            clock = ("--now", now.isoformat())
            pollers = [_konato(desk, "poll", "--shard", str(shard), *clock) for shard in range(SHARDS)]
            learner = _konato(desk, "run", *clock)
            victim = rng.choice([*pollers, learner, None, None])
            time.sleep(rng.uniform(0.3, 1.5))
            if victim:
                victim.send_signal(signal.SIGKILL)
            elif rng.random() < 0.3:  # now and then the server itself
                os.kill(postgres.get_pid(), signal.SIGQUIT)
                time.sleep(0.5)
                postgres.ensure_postgres_running()
            for process in (*pollers, learner):
                process.wait(120)
            one.run(now)
        # what died with a lease is polled when that is over
        with store.connected(database) as con:
            con.execute("UPDATE feeds SET leased_until = '-infinity'")
        for last in range(3):
            now = NOON + (rounds + last * 40) * 2 * TEN
            poll(desk, now)
            desk.run(now)
            while (found := state.read(desk.home).cluster) and found.behind:
                desk.run(now)
            one.run(now)
        assert not doubled
        columns = "item_id, url, title, revision"  # what was merged stays beside it for an hour: each once
        assert set(desk.archive(columns)) == set(one.archive(columns))
        alerts = "SELECT alert_id, event_id, change FROM alerts WHERE event_id IS NOT NULL ORDER BY ALL"
        assert len(desk.ask(alerts)) == 1
        assert desk.ask(alerts) == one.ask(alerts)
        told = [one.text for one in hook.received if FOUNDING_EN[1] in one.text]
        assert len(told) == 2  # one machine's and the desk's

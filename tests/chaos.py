"""Kills: real processes that die at a named point or at any instant, and a checker that knows only the outside.

A trial: a home, two feeds that tell more and more, five channels; cycles are killed one after the other, two events
are merged, one is muted perhaps, and cycles run to their end. The checker reads what the receivers got and the
published files, and decides: nothing lost, every repeat carries the same id, says so, and can follow only a lost reply.
"""

import multiprocessing
import os
import random
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from itertools import product
from multiprocessing.process import BaseProcess
from pathlib import Path

from flows.cycle.home import working
from tests.publisher import Publisher
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import NOON, Stage, Story, rss
from tests.table import tables
from warehouse.connection import writing
from warehouse.live import events
from warehouse.published.tell import health

POINTS = ("poll", "read", "learn:queued", "learn", "deliver", "deliver:start", "deliver:sent", "publish")
REPEAT = "may be a repeat"
PATIENCE = 600  # minutes: longer than what a delivery lost twice waits; digest and quiet hours are over then
TAKEN = "taken"  # the receiver took the message and has not replied
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.warm"])
CHANNELS: dict[str, dict[str, str | int]] = tables(__file__)["CHANNELS"]
TOLD = tables(__file__)["TOLD"]
STORIES: tuple[Story, ...] = tuple(
    (f"https://wire.example/view/AEN2025062600{n}", title, "Thu, 26 Jun 2025 09:10:00 +0900", text)
    for n, (title, text) in enumerate(TOLD)
)
ECHO = ("https://echo.example/view/77001", TOLD[0][0], "Thu, 26 Jun 2025 09:40:00 +0900", TOLD[0][1])
# Who alone tells an act as far: every channel has a link.
FAR = ((STORIES[0][0], ECHO[0]), (STORIES[2][0],), (STORIES[4][0],))


def cycle(config: str, home: str, minutes: int, die_at: str, environment: dict[str, str]) -> None:
    """Run one cycle in this process; die at the named point."""
    os.environ.update(environment)
    from flows.configure.settings import read_settings
    from flows.cycle.cycle import run_cycle
    from flows.cycle.home import Cycle

    def tell(point: str, _done: int, _total: int) -> None:
        if point == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        settings = read_settings(Path(config))
        now = NOON + timedelta(minutes=minutes)
        run_cycle(Cycle(settings=settings, home=Path(home), now=now, everything=True, tell=tell))


@dataclass
class Trial:
    """One home's life: kills, then cycles that come to their end."""

    folder: Path
    mutes: bool = False
    victims: list[BaseProcess] = field(default_factory=list)
    kills: int = 0
    lost_replies: int = 0

    def run(self, deaths: list[str | float]) -> list[str]:
        """Live through the deaths, then quiet cycles; return what the checker holds against it."""
        armed = threading.Event()

        def hold() -> None:
            if armed.is_set() and self.victims:
                armed.clear()
                os.kill(self.victims[-1].pid or 0, signal.SIGKILL)  # its reply finds nobody

        with Publisher() as site, HttpReceiver(hold=hold) as hook, SmtpReceiver() as mail:
            stage = Stage(self.folder, site)
            stage.feeds({"wire": {"outlet": "Wire"}, "echo": {}})
            stage.channels(*({"name": name, "url_env": name.upper(), **more} for name, more in CHANNELS.items()))
            environment = {name.upper(): f"json://127.0.0.1:{hook.port}/chaos/{name}" for name in CHANNELS}
            environment["MAIL"] = mail.url
            for minute, death in enumerate([*deaths, "", ""]):
                last = minute > len(deaths)
                told = len(STORIES) if minute >= len(deaths) else min(3 + minute * 5 // len(deaths), len(STORIES))
                echo = rss(ECHO) if minute >= min(1, len(deaths)) else rss()
                site.answers = {"/wire": rss(*STORIES[:told]), "/echo": echo}
                if death == TAKEN:
                    armed.set()
                self._cycle(stage, minute + PATIENCE * last, death, environment)
                armed.clear()
                if self.mutes:
                    self._mute(stage)
            got = [(one.path.rpartition("/")[2], one.text) for one in hook.received if "/chaos/" in one.path]
            return list(self._verdict(stage, got + [("mail", _words(one)) for one in mail.received]))

    def _cycle(self, stage: Stage, minute: int, death: str | float, environment: dict[str, str]) -> None:
        point = death if isinstance(death, str) else ""
        victim = CONTEXT.Process(target=cycle, args=(str(stage.config), str(stage.home), minute, point, environment))
        self.victims.append(victim)
        victim.start()
        if isinstance(death, float):
            victim.join(death)
            if victim.is_alive():
                victim.kill()
        victim.join(60)
        self.kills += victim.exitcode == -signal.SIGKILL

    def _mute(self, stage: Stage) -> None:
        """Mute the rotorcraft, as a person would: by its id, under the home's lock."""
        with working(stage.home, who="a person") as now, writing(stage.home, now=now) as con:
            found = con.execute("SELECT event_id FROM current_events WHERE title = $1", [TOLD[1][0]]).fetchall()
            for (event_id,) in found:
                events.mute(con, event_id, None, NOON)
                self.mutes = False

    def _verdict(self, stage: Stage, got: list[tuple[str, str]]) -> Iterator[str]:
        items = stage.ask("SELECT count(*), count(DISTINCT item_id) FROM items")
        if items != [(len(STORIES) + 1,) * 2]:
            yield f"items stored: {items}"
        if lost := health(stage.home, [*CHANNELS]).untold:
            yield f"told to nobody: {lost}"
        columns = "alert_id, channel, state, coalesce(d.reason, '')"
        source = "deliveries AS d JOIN alerts USING (alert_id) WHERE event_id IS NOT NULL"
        rows = stage.ask(f"SELECT {columns} FROM {source}")
        for name, links in product(CHANNELS, FAR):
            if not any(link in text for channel, text in got if channel == name for link in links):
                yield f"{links} was not told on {name}"
        known = {str(alert) for alert, *_ in rows}
        strange = [(name, text) for name, text in got if not any(one in text for one in known)]
        yield from (f"neither alert nor id: {name}: {text[:200]}" for name, text in strange)
        for alert, channel, state, reason in rows:
            texts = [text for name, text in got if name == channel and str(alert) in text]
            if state != "sent" and not (state == "suppressed" and reason == "muted"):
                yield f"{alert} on {channel} is {state}: {reason}"
            if state == "sent" and not texts:
                yield f"{alert} lost on {channel}"
            yield from (f"a repeat of {alert} on {channel} does not say so" for text in texts[1:] if REPEAT not in text)
            self.lost_replies += len(texts[1:])
        if self.lost_replies and not self.kills:
            yield f"{self.lost_replies} repeats, and nothing was killed"


def _words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return f"{message['X-Konato-Alert-Id']}\n{body.get_content() if body else ''}"


def trials(count: int, seed: int) -> tuple[int, int, list[str]]:
    """Run seeded random trials until `count` kills have hit; return kills, repeats and what went wrong."""
    chance, kills, repeats = random.Random(seed), 0, 0
    wrong: list[str] = []
    while kills < count:
        deaths: list[str | float] = [
            chance.choice((*POINTS, TAKEN)) if chance.random() < 0.5 else chance.uniform(0.02, 0.7)
            for _ in range(chance.randint(4, 12))
        ]
        with tempfile.TemporaryDirectory() as folder:
            trial = Trial(Path(folder) / "trial", mutes=chance.random() < 0.3)
            wrong += [f"{deaths}: {fault}" for fault in trial.run(deaths)]
        kills, repeats = kills + trial.kills, repeats + trial.lost_replies
    return kills, repeats, wrong

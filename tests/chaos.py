"""Kills: real processes that die at a named point or at any instant, and a checker that knows only the outside.

A trial: a home, feeds, two receivers; a cycle is killed, perhaps another, and one runs to its end. The checker reads
what the publisher served, what the receivers got and the published files, and decides: nothing lost, and every
repeat carries the same id and can follow only a lost reply.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.publisher import Publisher
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import NOON, Stage, Story, rss

POINTS = ("poll", "read", "learn:queued", "learn", "deliver", "deliver:start", "deliver:sent", "publish")
REPEAT = "may be a repeat"
PATIENCE = 600  # minutes: longer than what a delivery lost twice waits
HOOK = "/chaos"  # a port may be another process's the moment before: what came for that one is not ours
TAKEN = "taken"  # the receiver took the message and has not replied
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["flows.cycle.read", "extractors.event.resolve", "alerts.word.render", "alerts.send.door", "apprise",
     "extractors.fetch.exchange", "tests.warm"]
)  # fmt: skip

STORIES: tuple[Story, ...] = tuple(
    (f"https://wire.example/view/AEN2025062600{n}", title, "Thu, 26 Jun 2025 09:10:00 +0900", text)
    for n, (title, text) in enumerate(
        (
            (
                "Seoul, NATO agree to set up consultative body on defense industry",
                "National Security Adviser Wi Sung-lac and NATO chief Mark Rutte agreed in The Hague on Wednesday to create the body.",
            ),
            (
                "South Korea joins NATO's next-generation rotorcraft project",
                "South Korea formally joined NATO's Next Generation Rotorcraft Capability project on Thursday, DAPA said.",
            ),
            (
                "South Korea signs NSPA support partnership agreement on munitions",
                "DAPA and the NATO Support and Procurement Agency signed a support partnership agreement in Luxembourg on Thursday.",
            ),
        )
    )
)


def cycle(config: str, home: str, minutes: int, die_at: str, environment: dict[str, str]) -> None:
    """Run one cycle in this process; die at the named point."""
    os.environ.update(environment)
    from flows.configure.settings import read_settings
    from flows.cycle.cycle import run_cycle

    def tell(point: str, _done: int, _total: int) -> None:
        if point == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        settings = read_settings(Path(config))
        run_cycle(settings, home=Path(home), now=NOON + timedelta(minutes=minutes), everything=True, tell=tell)


@dataclass
class Trial:
    """One home's life: kills, then a cycle that comes to its end."""

    folder: Path
    victims: list[BaseProcess] = field(default_factory=list)
    kills: int = 0
    lost_replies: int = 0

    def run(self, deaths: list[str | float]) -> list[str]:
        """Live through the deaths, then one quiet cycle; return what the checker holds against it."""
        armed = threading.Event()

        def hold() -> None:
            if armed.is_set() and self.victims:
                armed.clear()
                os.kill(self.victims[-1].pid or 0, signal.SIGKILL)  # its reply finds nobody

        with Publisher({"/wire": rss(*STORIES)}) as site, HttpReceiver(hold=hold) as hook, SmtpReceiver() as mail:
            stage = Stage(self.folder, site)
            stage.feeds({"wire": {"outlet": "Wire"}})
            stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "mail", "url_env": "MAIL"})
            environment = {"HOOK": f"json://127.0.0.1:{hook.port}{HOOK}", "MAIL": mail.url}
            for minute, death in enumerate(deaths):
                if death == TAKEN:
                    armed.set()
                self._cycle(stage, minute, death, environment)
                armed.clear()
            self._cycle(stage, len(deaths), "", environment)
            self._cycle(stage, len(deaths) + PATIENCE, "", environment)
            got = {
                "hook": [r.text for r in hook.received if r.path.startswith(HOOK)],
                "mail": list(map(_words, mail.received)),
            }
            return self._verdict(stage, got)

    def _cycle(self, stage: Stage, minute: int, death: str | float, environment: dict[str, str]) -> None:
        point = death if isinstance(death, str) else ""
        victim = CONTEXT.Process(target=cycle, args=(str(stage.config), str(stage.home), minute, point, environment))
        self.victims.append(victim)
        victim.start()
        if isinstance(death, float):
            victim.join(death)
            self._kill(victim)
        victim.join(60)
        self.kills += victim.exitcode == -signal.SIGKILL

    def _kill(self, victim: BaseProcess) -> None:
        if victim.is_alive():
            victim.kill()
            victim.join(10)

    def _verdict(self, stage: Stage, got: dict[str, list[str]]) -> list[str]:
        alerts = [str(row[0]) for row in stage.ask("SELECT alert_id FROM alerts WHERE event_id IS NOT NULL")]
        wrong = [] if len(alerts) == len(STORIES) else [f"{len(alerts)} alerts for {len(STORIES)} acts"]
        stored = stage.ask("SELECT count(*), count(DISTINCT item_id) FROM items")
        wrong += [] if stored == [(len(STORIES), len(STORIES))] else [f"items stored: {stored}"]
        unsent = stage.ask("SELECT alert_id, channel, state FROM deliveries WHERE state <> 'sent'")
        wrong += [f"not sent: {row}" for row in unsent]
        for channel, messages in got.items():
            counts = Counter(alert for alert in alerts for text in messages if alert in text)
            wrong += [f"{alert} lost on {channel}" for alert in alerts if not counts[alert]]
            repeats = sum(counts.values()) - len(counts)
            self.lost_replies += repeats
            if repeats > self.kills:
                wrong.append(f"{repeats} repeats on {channel} after {self.kills} kills")
            if len(messages) != sum(counts.values()):
                strays = [text[:200] for text in messages if not any(alert in text for alert in alerts)]
                wrong.append(f"{len(messages)} messages on {channel} for {sum(counts.values())} ids; strays: {strays}")
            for alert in alerts:
                again = [text for text in messages if alert in text][1:]
                wrong += [f"a repeat of {alert} on {channel} does not say so" for text in again if REPEAT not in text]
        return wrong


def _words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return f"{message['X-Konato-Alert-Id']}\n{body.get_content() if body else ''}"


def trials(count: int, seed: int) -> tuple[int, int, list[str]]:
    """Run seeded random trials until `count` kills have hit; return kills, repeats and what went wrong."""
    chance, kills, repeats = random.Random(seed), 0, 0
    wrong: list[str] = []
    while kills < count:
        deaths: list[str | float] = [
            chance.choice((*POINTS, TAKEN)) if chance.random() < 0.4 else chance.uniform(0.02, 0.9)
            for _ in range(chance.randint(1, 4))
        ]
        with tempfile.TemporaryDirectory() as folder:
            trial = Trial(Path(folder) / "trial")
            wrong += [f"{deaths}: {fault}" for fault in trial.run(deaths)]
        kills, repeats = kills + trial.kills, repeats + trial.lost_replies
    return kills, repeats, wrong

"""`make soak`: the unattended service with real processes, for as long as KONATO_SOAK says (seconds; 600)."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from pathlib import Path

import pytest

from tests.flows.service.test_serve import child, service, until
from tests.publisher import Publisher
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import FOUNDING_EN, Stage, noise, rss

SLOT = 20


def polled(site: Publisher, before: int) -> bool:
    return len(site.requests) > before


@pytest.mark.long
def test_soak(tmp_path: Path) -> None:
    chance, seconds = random.Random(20250626), float(os.environ.get("KONATO_SOAK", "600"))
    with Publisher() as site, HttpReceiver() as hook, SmtpReceiver() as mail:
        stage = Stage(tmp_path / "s", site)
        site.answers = {"/en": rss(*noise(2))}
        stage.feeds({"en": {"every": "10s"}})
        stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "mail", "url_env": "MAIL"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/", "MAIL": mail.url}
        began, kills = time.monotonic(), 0
        while time.monotonic() < began + seconds:
            with service(stage, every=f"{SLOT}s", environment=environment) as serving:
                until(partial(child, serving.pid, "worker"), 90)
                link, title, _, text = FOUNDING_EN
                site.answers["/en"] = rss((link, title, format_datetime(datetime.now(UTC)), text), *noise(2))
                for _ in range(chance.randint(1, 4)):
                    time.sleep(chance.uniform(5, 2 * SLOT))
                    victim = child(serving.pid, chance.choice(("worker", "server")))
                    if victim:
                        os.kill(victim, signal.SIGKILL)
                        kills += 1
                seen = len(site.requests)
                until(partial(polled, site, seen), 3 * SLOT)
                if chance.random() < 0.5:
                    serving.kill()
                else:
                    serving.send_signal(signal.SIGTERM)
                    assert serving.wait(60) == 0
        polls = len(site.requests)
        print(f"\n{polls} polls in {time.monotonic() - began:.0f} s, {kills} children killed")
        twice = f"SELECT time_bucket(to_seconds({SLOT}), polled_at) FROM polls GROUP BY 1 HAVING count(*) > 1"
        assert stage.ask(twice) == []  # one poll a slot, however often its cycle was cut off
        told = stage.ask("SELECT alert_id FROM alerts WHERE event_id IS NOT NULL")
        assert len(told) == 1
        assert len([one for one in hook.received if str(told[0][0]) in one.text]) == 1
        assert len([one for one in mail.contents if str(told[0][0]).encode() in one]) >= 1

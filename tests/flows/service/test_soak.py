"""`make soak`: the unattended service with real processes, for as long as KONATO_SOAK says (seconds; 600)."""

import os
import random
import time
from functools import partial
from pathlib import Path

import pytest

from tests.publisher import Publisher
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import Stage, noise, rss
from tests.unattended import Serving, left, news, stranger, until

SLOT = int(os.environ.get("KONATO_SLOT", "20"))  # seconds; a busy machine needs longer ones


def polled(site: Publisher, before: int) -> bool:
    return len(site.requests) > before


def paused(serving: Serving, before: int) -> bool:
    return serving.said("A person has paused") > before


@pytest.mark.long
def test_soak(tmp_path: Path) -> None:
    chance, seconds = random.Random(20250626), float(os.environ.get("KONATO_SOAK", "600"))
    with (
        stranger(tmp_path / "stranger") as other,
        Publisher({"/en": rss(*noise(2))}) as site,
        HttpReceiver() as hook,
        SmtpReceiver() as mail,
    ):
        stage = Stage(tmp_path / "s", site)
        stage.feeds({"en": {"every": "10s"}})
        stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "mail", "url_env": "MAIL"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/", "MAIL": mail.url}
        began, kills, pauses = time.monotonic(), 0, 0
        while time.monotonic() < began + seconds:
            with Serving(stage, environment, every=f"{SLOT}s") as serving:
                page = serving.page()
                site.answers["/en"] = news()
                for _ in range(chance.randint(1, 4)):
                    time.sleep(chance.uniform(5, 2 * SLOT))
                    kills += serving.kill(chance.choice(("worker", "server")))
                seen = len(site.requests)
                until(partial(polled, site, seen), 4 * SLOT)
                if chance.random() < 0.5:
                    page, pauses = serving.page(), pauses + 1
                    [watch] = page.rows("/deployments/filter", deployments={"name": {"like_": "watch"}})
                    before = serving.said("A person has paused")
                    page.press(f"/deployments/{watch['id']}/pause_deployment")
                    until(partial(paused, serving, before), 4 * SLOT)  # a worker that was just killed comes first
                    time.sleep(SLOT)  # what was under way, or begun for the next slot, comes to its end
                    seen = len(site.requests)
                    time.sleep(2 * SLOT)
                    assert len(site.requests) == seen
                    serving.page().press(f"/deployments/{watch['id']}/resume_deployment")
                    until(partial(polled, site, seen), 4 * SLOT)
                if chance.random() < 0.5:
                    serving.process.kill()
                else:
                    serving.end()
        until(lambda: not left(stage.home), 60)  # of services that were killed, too
        polls = len(site.requests)
        print(f"\n{polls} polls in {time.monotonic() - began:.0f} s, {kills} children killed, {pauses} pauses")
        twice = f"SELECT time_bucket(to_seconds({SLOT}), polled_at) FROM polls GROUP BY 1 HAVING count(*) > 1"
        assert stage.ask(twice) == []  # one poll a slot, however often its cycle was cut off
        told = stage.ask("SELECT alert_id FROM alerts WHERE event_id IS NOT NULL")
        assert len(told) == 1
        assert len([one for one in hook.received if str(told[0][0]) in one.text]) == 1
        assert len([one for one in mail.contents if str(told[0][0]).encode() in one]) >= 1
        assert other.rows("/deployments/filter") == []

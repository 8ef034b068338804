"""The self-test: one synthetic item goes through all five stages, with the live lexicon, in a home that is thrown away.

A loopback publisher serves the item and a loopback receiver takes the alert; what does not arrive names the stage.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from alerts.model import Channel
from extractors.model import Feed
from flows.configure.settings import Settings, read_settings
from flows.configure.tables import Feeds
from flows.cycle.cycle import run_cycle
from flows.cycle.home import Cycle
from flows.cycle.learn import Summary
from flows.service.children import direct
from warehouse.connection import published

VARIABLE: Final = "KONATO_SELF_TEST_URL"  # the receiver's Apprise URL; a channel's URL is always looked up
DEADLINE: Final = timedelta(seconds=60)
LONGEST: Final = 120.0  # seconds, with the process's start
TITLE: Final = "South Korea and NATO sign defense industry consultation body agreement"
TEXT: Final = """South Korea's Defense Acquisition Program Administration and NATO signed an agreement on a defense
industry consultation body in Brussels on {day}. This is a self-test."""


def self_test_apart(config: Path) -> str:
    """Run the self-test in a process of its own, which its deadline may end; returns what is broken. Raises nothing."""
    command = (sys.executable, "-m", "flows.service.selftest", str(config))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)  # noqa: S603  ours
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The self-test could not be run: {error}"
    said = (done.stdout.strip() or done.stderr.strip() or f"it ended with code {done.returncode}").splitlines()[-1]
    return "" if done.returncode == 0 else said


def self_test(settings: Settings) -> str:
    """Return what is broken, with its stage; "" where all is well. Raises nothing.

    Of the live `settings` lexicon and limits are used, feeds and channels are not.
    """
    from flows.demo.press import Bundle, Paper, Press, Story  # with the templates' engine: once a day, no cycle's start

    when = datetime.now(UTC) - timedelta(minutes=5)
    link = "https://self-test.invalid/view/SELFTEST{day}{id:06d}"
    paper: Paper = {"outlet": "Self-test", "language": "en", "template": "rss.xml", "link": link}
    text = TEXT.format(day=f"{when:%A}")
    story: Story = {"id": 1, "papers": ["self-test"], "at": when, "title": TITLE, "text": text}
    bundle: Bundle = {"clock": [datetime.now(UTC)], "queries": [], "paper": {"self-test": paper}, "story": [story]}
    try:
        with tempfile.TemporaryDirectory(prefix="konato-self-test-") as folder, Press(bundle) as press:
            os.environ |= direct(os.environ) | {VARIABLE: f"json://127.0.0.1:{press.server_port}/"}
            feed = Feed(name="self-test", url=press.url("self-test"), outlet="Self-test", allow_private=True)
            channel = Channel(name="self-test", url_env=VARIABLE)
            alone = replace(settings, proxy="", database_env="")  # no home of pollers', for which batches are kept
            live = replace(
                alone, feeds=Feeds(feed.url, lambda: (feed,)), channels=(channel,), history=(), deadline=DEADLINE
            )
            done = run_cycle(Cycle(settings=live, home=Path(folder), now=datetime.now(UTC), who="self-test"))
            return _verdict(done, press.taken, Path(folder))
    except Exception as error:  # noqa: BLE001  whatever it is, it is what the test looks for
        stage = next(iter(getattr(error, "__notes__", ())), "start")
        return f"The {stage} fails in the self-test: {type(error).__name__}: {error}"


def _verdict(done: Summary, taken: list[bytes], home: Path) -> str:
    """Name the first stage whose work did not arrive."""
    with published(home) as con:
        alerts = [row[0] for row in con.execute("SELECT alert_id FROM alerts").fetchall()]
    polls = dict(done.outcomes)
    arrived = (
        ("poll", sum(polls.values()) == 1 and not done.failed, f"the poll ended as {polls}"),
        ("read", done.items == 1, f"{done.items} items were read, not one"),
        ("learn", done.relevant == 1 and done.alerts == 1, f"{done.relevant} relevant, {done.alerts} alerts, not one"),
        ("deliver", len(taken) == 1, f"{len(taken)} messages were taken, not one"),
        ("publish", len(alerts) == 1 and alerts[0].encode() in b"".join(taken), f"{len(alerts)} alerts were published"),
    )
    return next((f"The stage {stage} fails in the self-test: {what}." for stage, well, what in arrived if not well), "")


if __name__ == "__main__":
    print(BROKEN := self_test(read_settings(Path(sys.argv[1]))))  # noqa: T201  for whoever started this process
    sys.exit(bool(BROKEN))

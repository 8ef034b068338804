"""The self-test: one synthetic item goes through all five stages, with the live lexicon, in a home that is thrown away.

A loopback publisher serves the item and a loopback receiver takes the alert; what does not arrive names the stage.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from alerts.model import Channel
from extractors.model import Feed
from flows.configure.settings import Settings, read_settings
from flows.cycle.cycle import run_cycle
from flows.cycle.home import Step, at_once
from flows.cycle.learn import Summary
from flows.service.children import direct
from warehouse.connection import published

VARIABLE: Final = "KONATO_SELF_TEST_URL"  # the receiver's Apprise URL; a channel's URL is always looked up
DEADLINE: Final = timedelta(seconds=60)
LONGEST: Final = 120.0  # seconds, with the process's start
FEED: Final = """<?xml version="1.0"?><rss version="2.0"><channel>
<title>Self-test</title><link>https://self-test.invalid/</link><description>Self-test</description>
<item><title>South Korea and NATO sign defense industry consultation body agreement</title><pubDate>{when}</pubDate>
<link>https://self-test.invalid/view/SELFTEST{id}</link>
<description>South Korea's Defense Acquisition Program Administration and NATO signed an agreement on a defense industry
consultation body in Brussels on {day}. This is a self-test.</description></item></channel></rss>"""


def self_test_apart(config: Path) -> str:
    """Run the self-test in a process of its own, which its deadline may end; returns what is broken. Raises nothing."""
    command = (sys.executable, "-m", "flows.service.selftest", str(config))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)  # noqa: S603  ours
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The self-test could not be run: {error}"
    said = (done.stdout.strip() or done.stderr.strip() or f"it ended with code {done.returncode}").splitlines()[-1]
    return "" if done.returncode == 0 else said


def self_test(settings: Settings, *, step: Step = at_once) -> str:
    """Return what is broken, with its stage; "" where all is well. Raises nothing.

    Args:
        settings: the live ones; their lexicon and limits are used, their feeds and channels are not.
        step: runs each stage; a test breaks one.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="konato-self-test-") as folder, _loopback() as (port, taken):
            home = Path(folder)
            done = run_cycle(_settings(settings, port), home=home, now=datetime.now(UTC), who="self-test", step=step)
            return _verdict(done, taken, home)
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


def _settings(live: Settings, port: int) -> Settings:
    os.environ |= direct(os.environ) | {VARIABLE: f"json://127.0.0.1:{port}/"}
    feed = Feed(name="self-test", url=f"http://127.0.0.1:{port}/feed", outlet="Self-test", allow_private=True)
    channel = Channel(name="self-test", url_env=VARIABLE)
    return replace(live, feeds=(feed,), channels=(channel,), history=(), deadline=DEADLINE, proxy="")


@contextmanager
def _loopback() -> Iterator[tuple[int, list[bytes]]]:
    """Serve the item and take messages on one port; yields it and what was taken."""
    taken: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(_feed())

        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield int(server.server_address[1]), taken
        finally:
            server.shutdown()


def _feed() -> bytes:
    when = datetime.now(UTC) - timedelta(minutes=5)
    return FEED.format(when=format_datetime(when), id=f"{when:%Y%m%d%H%M}", day=f"{when:%A}").encode()


if __name__ == "__main__":
    print(BROKEN := self_test(read_settings(Path(sys.argv[1]))))  # noqa: T201  for whoever started this process
    sys.exit(bool(BROKEN))

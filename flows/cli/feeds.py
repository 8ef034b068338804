"""`konato feeds test`: one address polled and read as a cycle would, in a home that is thrown away."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from extractors.model import OutcomeKind
from extractors.tables import Table
from flows.cli.draw import draw_table
from flows.cli.options import Refused
from flows.configure.packaged import packaged_config
from flows.configure.settings import read_settings
from flows.configure.tables import CONSOLE, read_feed
from flows.cycle.cycle import run_cycle
from warehouse.published import query

WHO = "konato feeds test"


def feed_test(*, url: str, config: Path, language: str, timezone: str, kind: str) -> None:
    """Run a cycle over one address, on a channel that stands still.

    A private address that is not in feeds.toml is opened: who types it means it. There it needs allow_private.
    """
    settings = read_settings(config if config.is_dir() else packaged_config())
    asked = {"name": "tested", "url": url, "language": language, "timezone": timezone, "kind": kind}
    known = [feed for feed in settings.feeds if url in {feed.url, feed.name}]
    feed = known[0] if known else read_feed(Table(file=WHO, name="", data={"allow_private": True, **asked}))
    mute = replace(CONSOLE, problem="a test sends nothing")
    alone = replace(settings, feeds=(replace(feed, enabled=True),), channels=(mute,))
    with TemporaryDirectory(prefix="konato-") as folder:
        done = run_cycle(alone, home=Path(folder), now=datetime.now(UTC), everything=True, who=WHO)
        print(f"{feed.url}: {', '.join(dict(done.outcomes))}, {done.items} items, {done.relevant} relevant")
        for failed in done.failed:
            hint = "; allow_private = true in feeds.toml opens it" if failed.kind is OutcomeKind.REFUSED else ""
            raise Refused(f"{failed.reason}{hint}")
        if done.items:
            answer = query.run(Path(folder), "feed", {"feed": feed.name})
            draw_table(answer.columns, answer.rows)

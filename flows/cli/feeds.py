"""Commands about feeds: one address polled and read as a cycle would; feeds from and for other readers, as OPML."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from extractors.model import OutcomeKind
from extractors.tables import Table
from flows.cli.draw import draw_table
from flows.cli.options import Refused
from flows.configure.opml import imported, in_opml, in_toml
from flows.configure.packaged import packaged_config
from flows.configure.settings import read_settings
from flows.configure.tables import CONSOLE, Feeds, read_feed, read_feeds
from flows.cycle.cycle import run_cycle
from flows.cycle.home import Cycle
from warehouse import files
from warehouse.published import query

WHO = "konato feeds test"


def feed_test(*, url: str, config: Path, language: str, timezone: str, kind: str) -> None:
    """Run a cycle over one address, on a channel that stands still.

    A private address that is not in feeds.toml is opened: who types it means it. There it needs allow_private.
    """
    settings = read_settings(config if config.is_dir() else packaged_config())
    asked = {"name": "tested", "url": url, "language": language, "timezone": timezone, "kind": kind}
    known = [feed for feed in settings.feeds.all if url in {feed.url, feed.name}]
    feed = known[0] if known else read_feed(Table(file=WHO, name="", data={"allow_private": True, **asked}))
    mute = replace(CONSOLE, problem="a test sends nothing")
    alone = replace(settings, feeds=Feeds(url, lambda: (replace(feed, enabled=True),)), channels=(mute,))
    with TemporaryDirectory(prefix="konato-") as folder:
        done = run_cycle(Cycle(settings=alone, home=Path(folder), now=datetime.now(UTC), everything=True, who=WHO))
        print(f"{feed.url}: {', '.join(dict(done.outcomes))}, {done.items} items, {done.relevant} relevant")
        for failed in done.failed:
            hint = "; allow_private = true in feeds.toml opens it" if failed.kind is OutcomeKind.REFUSED else ""
            raise Refused(f"{failed.reason}{hint}")
        if done.items:
            answer = query.run(Path(folder), "feed", {"feed": feed.name})
            draw_table(answer.columns, answer.rows)


def feeds_import(*, file: Path, config: Path, language: str) -> None:
    """Write an OPML file's feeds into a new file of the configuration, and say what was not taken, and why."""
    feeds, left = imported(file, file.read_bytes(), read_feeds(config), speaks=language)
    print(f"{len(feeds)} feeds taken, {len(left)} things not", *left, sep="\n  ")
    if feeds:
        folder = config / "feeds"
        folder.mkdir(exist_ok=True)
        named = (folder / f"{file.stem}{f'-{n}' if n > 1 else ''}.toml" for n in count(1))
        place = next(place for place in named if not place.exists())
        with files.replacing(place) as written:
            written.write_text(in_toml(file.name, feeds), encoding="utf-8")
        print(f"{place}: `konato check` says what would run, and the next cycle polls them")


def feeds_export(*, config: Path) -> None:
    """Print the feeds as OPML."""
    print(*in_opml(read_feeds(config)), sep="\n")

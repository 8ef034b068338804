"""`konato feeds test`: one address polled and read as a cycle would, in a home that is thrown away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from extractors.model import OutcomeKind
from flows.cli.options import Config, refuse

Url = Annotated[str, typer.Argument(metavar="URL", help="An address; one in feeds.toml is tried as it stands there.")]


def feed_test(
    *,
    url: Url,
    config: Config,
    language: Annotated[str, typer.Option("--language", help="That of the feed, ISO 639.")] = "en",
    timezone: Annotated[str, typer.Option("--timezone", help="For dates without a zone.")] = "UTC",
    kind: Annotated[str, typer.Option("--kind", help="As in feeds.toml.")] = "feed",
) -> None:
    """Poll one address and show what it would become: outcome, items, languages, dates, verdicts. Stores nothing.

    A private address that is not in feeds.toml is opened: who types it means it. There it needs allow_private.
    """
    from extractors.tables import Table
    from flows.cli.draw import draw_table
    from flows.configure.packaged import packaged_config
    from flows.configure.settings import read_settings
    from flows.configure.tables import CONSOLE, read_feed
    from flows.cycle.cycle import run_cycle
    from warehouse.published import query

    settings = read_settings(config if config.is_dir() else packaged_config())
    asked = {"name": "tested", "url": url, "language": language, "timezone": timezone, "kind": kind}
    known = [feed for feed in settings.feeds if url in {feed.url, feed.name}]
    typed = {"allow_private": True, **asked}
    feed = known[0] if known else read_feed(Table(file="konato feeds test", name="", data=typed))
    feed = replace(feed, enabled=True)
    mute = replace(CONSOLE, problem="a test sends nothing")
    with TemporaryDirectory(prefix="konato-") as home:
        alone = replace(settings, feeds=(feed,), channels=(mute,))
        done = run_cycle(alone, home=Path(home), now=datetime.now(UTC), everything=True, who="konato feeds test")
        print(f"{feed.url}: {', '.join(dict(done.outcomes))}, {done.items} items, {done.relevant} relevant")
        if done.failed:
            hint = "; allow_private = true in feeds.toml opens it" if done.failed[0].kind is OutcomeKind.REFUSED else ""
            refuse(f"{done.failed[0].reason}{hint}")
        if done.items:
            answer = query.run(Path(home), "feed", {"feed": feed.name})
            draw_table(answer.columns, answer.rows)

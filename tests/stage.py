"""A stage for whole cycles: a home, a configuration, a loopback publisher, and feeds written in a line."""

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from flows.configure.packaged import packaged_config
from flows.configure.settings import Settings, read_settings
from flows.cycle.cycle import run_cycle
from flows.cycle.home import Cycle
from flows.cycle.learn import Summary
from tests.publisher import Answer, Publisher
from tests.table import tables
from warehouse.connection import published
from warehouse.published import tell
from warehouse.sql import rows

NOON = datetime.fromisoformat("2025-06-26T12:00:00+09:00")

EIGHT = "Thu, 26 Jun 2025 08:00:00 +0900"
Story = tuple[str, str, str, str]
FOUNDING_EN, FOUNDING_KO = msgspec.convert(tables(__file__)["FOUNDING"], tuple[Story, Story])


def rss(*stories: Story) -> Answer:
    """An RSS feed of (link, title, pubDate, description)."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><pubDate>{date}</pubDate>"
        f"<description>{escape(text)}</description></item>"
        for link, title, date, text in stories
    )
    head = "<title>Our own feed</title><link>https://own.example/</link><description>made for a test</description>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
    return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml"})


def noise(count: int, start: int = 0, host: str = "noise.example") -> tuple[Story, ...]:
    """Stories about nothing that concerns us."""
    numbers = range(start, start + count)
    heads = ((f"https://{host}/view/{n:06}", f"City council debates bus lane number {n}", EIGHT) for n in numbers)
    return tuple((*head, f"The council heard resident {n}.") for n, head in zip(numbers, heads, strict=True))


class Stage:
    """A home and a configuration in a folder, with feeds of one publisher."""

    def __init__(self, folder: Path, site: Publisher) -> None:
        self.folder, self.site = folder, site
        self.home, self.config = folder / "home", folder / "config"
        self.config.mkdir(parents=True)
        (self.config / "lexicon").symlink_to(packaged_config() / "lexicon", target_is_directory=True)
        shutil.copy(packaged_config() / "history.toml", self.config / "history.toml")
        (self.config / "feeds.toml").write_text("", encoding="utf-8")
        (self.config / "channels.toml").write_text("", encoding="utf-8")

    def feeds(self, feeds: Mapping[str, Mapping[str, str | bool]]) -> None:
        """Write feeds.toml: a path of the publisher a feed, `outlet` its upper-case name unless given."""
        tables = []
        for name, extra in feeds.items():
            usual = {"name": name, "url": self.site.url(f"/{name}"), "outlet": name.upper(), "allow_private": True}
            keys = {**usual, **extra}
            tables.append("[[feed]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items()))
        (self.config / "feeds.toml").write_text("\n".join(tables), encoding="utf-8")

    def channels(self, *tables: Mapping[str, str | bool | int | list[str]]) -> None:
        text = "\n".join("[[channel]]\n" + "".join(f"{k} = {_toml(v)}\n" for k, v in table.items()) for table in tables)
        (self.config / "channels.toml").write_text(text, encoding="utf-8")

    def settings(self, environment: Mapping[str, str] | None = None) -> Settings:
        return read_settings(self.config, environment or {})

    def run(self, now: datetime = NOON, **asked: Any) -> Summary:
        """Run one cycle, channels' URLs from the environment; every alertable event has its alert after it (X4, X6)."""
        settings = self.settings(os.environ)
        done = run_cycle(Cycle(settings=settings, home=self.home, now=now, **asked))
        if done.events:
            with published(self.home) as con:  # of all that `health` asks this alone, in a fifth of the time
                assert rows(con, tell._ASK["untold"], {"channels": [one.name for one in settings.channels]}) == []
        return done

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Ask the published copy."""
        with published(self.home) as con:
            return con.execute(question).fetchall()

    def archive(self, columns: str) -> list[tuple[object, ...]]:
        """Ask the Parquet archive, as an analyst would."""
        return self.ask(f"SELECT {columns} FROM '{self.home}/published/archive/**/*.parquet' ORDER BY ALL")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)

"""feeds.toml: what Konato listens to."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from extractors.model import ConfigError, Feed
from extractors.read.kinds.registry import KINDS
from extractors.tables import FaultError, Table, array, choice, flag, refuse_duplicates, text
from flows.configure.values import address, duration, same_address, zone


def read_feeds(path: Path, faults: list[ConfigError] | None = None) -> tuple[Feed, ...]:
    """Read the feeds. Raises ConfigError; with a list of `faults`, those of single feeds are noted there."""
    tables = array(path, "feed", faults)
    feeds = [read_feed(table) for table in tables]
    refuse_duplicates(tables, "name", [feed.name for feed in feeds])
    urls = [feed.url for feed in feeds]
    refuse_duplicates(tables, "url", urls, [same_address(url) if url else "" for url in urls])
    return tuple(feeds)


def read_feed(table: Table) -> Feed:
    """Read one feed. Raises ConfigError where the table collects no faults."""
    name = table.need("name", text, "")
    feed = Feed(
        name=name,
        url=table.need("url", address, ""),
        outlet=table.get("outlet", text, name),
        language=table.get("language", language, "en"),
        every=table.get("every", duration, timedelta(minutes=10)),
        timezone=table.get("timezone", zone, "UTC"),
        kind=table.get("kind", choice(*KINDS), "feed"),
        enabled=table.get("enabled", flag, default=True),
        age_gate=table.get("age_gate", duration, timedelta(hours=48)),
        articles=table.get("articles", flag, default=False),
        allow_private=table.get("allow_private", flag, default=False),
    )
    table.done()
    return feed


def language(value: object) -> str:
    """Read a language's code, ISO 639."""
    code = text(value)
    if re.fullmatch(r"[a-z]{2,3}", code) is None or not (code in {"en", "ko"} or _spoken(code)):
        raise FaultError(f"{code!r} is no language code", 'Use that of ISO 639, as in "en", "ko" (not "kr") or "ja".')
    return code


def _spoken(code: str) -> bool:
    from babel.localedata import exists

    return exists(code)

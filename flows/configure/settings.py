"""The composition root: `config/` and the environment become one frozen `Settings`.

Everything is refused here, before any network use, with file, table, key, reason and mend: all that is wrong in one
reading, not the first fault alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, TypedDict

from alerts.model import Channel
from extractors.fetch.limits import Limits
from extractors.model import ConfigError, Feed
from extractors.story import Event, Track
from extractors.tables import Table, contents, count, gathered, parse, text
from extractors.words.lexicon import Lexicon
from extractors.words.lexicon import load as load_lexicon
from flows.configure.channels import CONSOLE, read_channels
from flows.configure.feeds import read_feeds
from flows.configure.history import read_history
from flows.configure.values import duration, size

TIMEOUTS: Final = ("connect", "read", "total")
BOUNDS: Final = {"wire_bytes": size, "body_bytes": size, "entries": count, "redirects": count, "connections": count}
TABLES: Final = ("http", "cycle", "archive", "alerts")


class Service(TypedDict):
    """konato.toml, every key of which has a default."""

    limits: Limits
    user_agent: str
    deadline: timedelta  # of a whole cycle: less than the slot of ten minutes
    retention: timedelta
    raw_days: int
    horizon: timedelta  # an act older than this, told by nobody before, is a recap


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a cycle needs to know of its operator's wishes; no secret in it."""

    config: Path
    feeds: tuple[Feed, ...]
    channels: tuple[Channel, ...]
    lexicon: Lexicon
    history: tuple[Event, ...]
    limits: Limits
    user_agent: str
    deadline: timedelta
    retention: timedelta
    raw_days: int
    horizon: timedelta


def packaged_config() -> Path:
    """Return the configuration that comes with Konato: beside the source, or inside the wheel."""
    inside = Path(__file__).parents[1] / "default_config"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "config"


def read_settings(config: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check a whole configuration directory.

    Raises:
        ConfigError: anything in it is missing, unknown, double or malformed; it carries the `others` too.
    """
    if not config.is_dir():
        raise ConfigError(
            file=str(config), reason="is no directory", mend="Name the configuration with --config or KONATO_CONFIG."
        )
    faults: list[ConfigError] = []
    tracks = tuple(Track)
    with gathered(faults):
        lexicon = load_lexicon(config / "lexicon")
        tracks = tuple(lexicon.tracks)
        history = read_history(config, lexicon, faults)
    with gathered(faults):
        feeds = read_feeds(config / "feeds.toml", faults)
    with gathered(faults):
        channels = read_channels(config / "channels.toml", environment, faults, tracks)
    with gathered(faults):
        service = _service(config / "konato.toml", faults)
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]
    return Settings(
        config=config, feeds=feeds, channels=channels or (CONSOLE,), lexicon=lexicon, history=history, **service
    )


def _service(path: Path, faults: list[ConfigError]) -> Service:
    data = parse(path, contents(path)) if path.exists() else {}
    tables = {name: Table(file=str(path), name=name, data=data.pop(name, {}), faults=faults) for name in TABLES}
    for name in data:
        mend = f"This file holds {', '.join(TABLES)}."
        faults.append(ConfigError(file=str(path), table=name, reason="is unknown here", mend=mend))
    http, archive = tables["http"], tables["archive"]
    contact = http.get("contact", text, "")
    service = Service(
        user_agent=f"Konato/0.1 (news monitor{'; ' + contact if contact else ''})",
        limits=_limits(http, faults),
        deadline=tables["cycle"].get("deadline", duration, timedelta(minutes=9)),
        retention=archive.get("retention", duration, timedelta(days=400)),
        raw_days=archive.get("raw_days", count, 7),
        horizon=tables["alerts"].get("horizon", duration, timedelta(days=30)),
    )
    for table in tables.values():
        table.done()
    return service


def _limits(http: Table, faults: list[ConfigError]) -> Limits:
    nothing: object = {}
    times = Table(file=http.file, name="http.timeouts", data=http.get("timeouts", _as_is, nothing), faults=faults)
    bounds = Table(file=http.file, name="http.limits", data=http.get("limits", _as_is, nothing), faults=faults)
    default = Limits()
    waits = {f"{key}_seconds": times.get(key, _seconds, getattr(default, f"{key}_seconds")) for key in TIMEOUTS}
    sizes = {key: bounds.get(key, read, getattr(default, key)) for key, read in BOUNDS.items()}
    times.done()
    bounds.done()
    return replace(default, **waits, **sizes)


def _seconds(value: object) -> float:
    return duration(value).total_seconds()


def _as_is(value: object) -> object:
    return value

"""The composition root: `config/` and the environment become one frozen `Settings`.

Everything is refused here, before any network use, with file, table, key, reason and mend: all that is wrong in one
reading, not the first fault alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from alerts.model import Channel
from extractors.fetch.limits import Limits
from extractors.model import ConfigError, Feed
from extractors.story import Event, Track
from extractors.tables import Table, choice, contents, count, parse, text, together, tried
from extractors.words.lexicon import Lexicon
from flows.configure import doubts
from flows.configure.channels import CONSOLE, read_channels
from flows.configure.feeds import read_feeds
from flows.configure.history import read_history
from flows.configure.packaged import read_lexicon
from flows.configure.values import days, duration, size
from warehouse.files import write as write_whole

CHECKED: Final = "lexicon.checked"
"""In the home: the seal of the lexicon that was found good last."""
TIMEOUTS: Final = ("connect", "read", "total")
BOUNDS: Final = {"wire_bytes": size, "body_bytes": size, "entries": count, "redirects": count, "connections": count}
TABLES: Final = ("http", "cycle", "archive", "alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a cycle needs to know of its operator's wishes; no secret in it."""

    config: Path
    feeds: tuple[Feed, ...]
    channels: tuple[Channel, ...]
    lexicon: Lexicon
    history: tuple[Event, ...]
    limits: Limits
    contact: str  # whom publishers may write to; "" for nobody
    deadline: timedelta  # of a whole cycle: less than the slot of ten minutes
    retention: timedelta
    raw_days: int
    readers: str  # who may read what is published: "owner", "group", "all"
    horizon: timedelta  # an act older than this, told by nobody before, is a recap

    @property
    def user_agent(self) -> str:
        """What we call ourselves to publishers."""
        return f"Konato/{version('konato')} (news monitor{'; ' + self.contact if self.contact else ''})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A configuration, or all that is wrong in it; and what in it is hardly meant, in words."""

    settings: Settings | None = None
    channels: tuple[Channel, ...] = ()
    faults: tuple[ConfigError, ...] = ()
    doubts: tuple[str, ...] = ()


def read_settings(config: Path, environment: Mapping[str, str] = os.environ, *, home: Path | None = None) -> Settings:
    """Read and check a whole configuration directory; a `home` remembers which lexicon was found good already.

    Raises:
        ConfigError: anything in it is missing, unknown, double or malformed; it carries the `others` too.
    """
    found = examine(config, environment, home=home)
    if found.settings is None:
        raise together(found.faults)
    return found.settings


def examine(config: Path, environment: Mapping[str, str] = os.environ, *, home: Path | None = None) -> Examined:
    """Look through a whole configuration directory, whatever is wrong in it."""
    if not config.is_dir():
        mend = "Name the configuration with --config or KONATO_CONFIG, or let `konato init` lay one out."
        return Examined(faults=(ConfigError(file=str(config), reason="is no directory", mend=mend),))
    faults: list[ConfigError] = []
    lexicon = tried(lambda: _lexicon(config / "lexicon", home), faults)
    tracks = tuple(lexicon.tracks if lexicon else Track)
    feeds = tried(lambda: read_feeds(config / "feeds.toml", faults), faults) or ()
    channels = tried(lambda: read_channels(config / "channels.toml", environment, faults, tracks), faults) or ()
    service = tried(lambda: _service(config / "konato.toml", faults), faults)
    history = lexicon and tried(lambda: read_history(config, lexicon, faults), faults)
    doubtful = [*doubts.of_channels(channels, feeds)]
    doubtful += doubts.of_feeds(feeds, lexicon.languages) if lexicon else ()
    doubtful += doubts.of_service(service.keywords["contact"], service.keywords["deadline"]) if service else ()
    settings = None
    if not faults and lexicon and service:
        told = channels or (CONSOLE,)
        settings = service(config=config, feeds=feeds, channels=told, lexicon=lexicon, history=history or ())
    return Examined(settings=settings, channels=channels, faults=tuple(faults), doubts=tuple(doubtful))


def _lexicon(folder: Path, home: Path | None) -> Lexicon:
    """Read the lexicon; what a home noted as good stays so until a file changes, and its words wait to be asked."""
    noted = home / CHECKED if home else None
    seal = noted.read_text(encoding="utf-8") if noted and noted.exists() else ""
    lexicon = read_lexicon(folder, checked=seal)
    if noted and noted.parent.is_dir() and seal != lexicon.seal:
        write_whole(noted, lexicon.seal.encode())
    return lexicon


def _service(path: Path, faults: list[ConfigError]) -> partial[Settings]:
    """Read konato.toml, every key of which has a default; what is left to give is in the other files."""
    data = parse(path, contents(path)) if path.exists() else {}
    tables = {name: Table(file=str(path), name=name, data=data.pop(name, {}), faults=faults) for name in TABLES}
    for name in data:
        mend = f"This file holds {', '.join(TABLES)}."
        faults.append(ConfigError(file=str(path), table=name, reason="is unknown here", mend=mend))
    http, archive = tables["http"], tables["archive"]
    service = partial(
        Settings,
        contact=http.get("contact", text, ""),
        limits=_limits(http, faults),
        deadline=tables["cycle"].get("deadline", duration, timedelta(minutes=9)),
        retention=archive.get("retention", duration, timedelta(days=400)),
        raw_days=archive.get("raw_days", days, 7),
        readers=archive.get("readers", choice("owner", "group", "all"), "owner"),
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

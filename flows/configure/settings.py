"""The composition root: `config/` and the environment become one frozen `Settings`.

Everything is refused here, before any network use, with file, table, key, reason and mend: all that is wrong in one
reading, not the first fault alone.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final, cast

from alerts.model import Channel
from alerts.word.labels import unlabelled
from extractors.fetch.limits import Limits
from extractors.model import ConfigError, Feed
from extractors.story import Event, Track
from extractors.tables import Keys, Table, choice, contents, count, parse, text, together, tried
from extractors.words.lexicon import Lexicon
from flows.configure import doubts
from flows.configure.history import read_history
from flows.configure.packaged import read_lexicon
from flows.configure.tables import CONSOLE, Feeds, read_channels, read_feeds, seal_of
from flows.configure.values import days, deadline, duration, folder, seconds, size, variable
from warehouse import files

CHECKED: Final = "{}.checked"
"""In the home: the seal of the lexicon, and of the feeds, that were found good last."""
KEYS: Final[Keys] = {
    "http": {
        "contact": text,
        "proxy": choice("env"),
        "distance": seconds,
        "timeouts": {"connect": seconds, "read": seconds, "total": seconds},
        "limits": {
            "wire_bytes": size, "body_bytes": size, "entries": count, "redirects": count, "connections": count,
        },
    },
    "cycle": {"deadline": deadline},
    "archive": {"retention": duration, "raw_days": days, "readers": choice(*files.READERS)},
    "alerts": {"horizon": duration},
    "briefing": {"url": folder},
    "cluster": {"database_env": variable, "shards": count},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a cycle needs to know of its operator's wishes; no secret in it."""

    config: Path
    feeds: Feeds
    channels: tuple[Channel, ...]
    lexicon: Lexicon
    history: tuple[Event, ...]
    limits: Limits
    contact: str = ""  # whom publishers may write to; "" for nobody
    proxy: str = ""  # "env": connections go through the proxy that the environment names
    deadline: timedelta = timedelta(minutes=9)  # of a whole cycle: less than the slot of ten minutes
    retention: timedelta = timedelta(days=400)
    raw_days: int = 7
    readers: str = "owner"  # who may read what is published
    horizon: timedelta = timedelta(days=30)  # an act older than this, told by nobody before, is a recap
    database_env: str = ""  # the variable with PostgreSQL's address, where pollers stand apart; "": this home polls
    shards: int = 1  # that the feeds are parted into, for them
    briefing: str = ""  # where the briefing's folder is public, ending in "/"; "" for nowhere

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
    doubts: Iterable[str] = ()  # found when they are asked for, once


def read_settings(config: Path, environment: Mapping[str, str] = os.environ, *, home: Path | None = None) -> Settings:
    """Read and check a whole configuration directory; a `home` remembers which lexicon was found good already.

    Raises ConfigError, with the `others` in it, where anything is missing, unknown, double or malformed.
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
    for track, codes in unlabelled(set(tracks) - set(Track)).items():
        where, mend = f"{config}/lexicon/concepts.toml", "Write its label into alerts/word/templates/labels.toml."
        faults.append(ConfigError(file=where, table="track", key=track, reason=f"has no label in {codes}", mend=mend))
    feeds = tried(lambda: _feeds(config, home, faults), faults)
    channels = tried(lambda: read_channels(config / "channels.toml", environment, faults, tracks), faults) or ()
    service = tried(lambda: _service(config / "konato.toml", faults), faults)
    history = lexicon and tried(lambda: read_history(config, lexicon, faults), faults)
    settings = None
    if lexicon and feeds is not None and service is not None:
        known = {"config": config, "feeds": feeds, "channels": channels or (CONSOLE,), "lexicon": lexicon}
        settings = Settings(**known, **service, history=history or ())  # type: ignore[arg-type]  # each by its reader
    doubtful = _doubts(channels, () if feeds is None else feeds, settings, environment)
    found = None if faults else settings
    return Examined(settings=found, channels=channels, faults=tuple(faults), doubts=doubtful)


def _doubts(
    channels: Sequence[Channel], feeds: Sequence[Feed], settings: Settings | None, environment: Mapping[str, str]
) -> Iterator[str]:
    yield from doubts.of_channels(channels, feeds)
    if settings:
        unset = "" if environment.get(settings.database_env) else settings.database_env
        yield from doubts.of_feeds(feeds, settings.lexicon.languages)
        yield from doubts.of_service(settings.contact, settings.deadline, unset)


def _feeds(config: Path, home: Path | None, faults: list[ConfigError]) -> Feeds:
    """Name the feeds, and read them unless a home noted these files as good."""
    seal, before = seal_of(config), len(faults)
    if _noted(home, "feeds") == seal:
        return Feeds(seal, partial(read_feeds, config))
    feeds = read_feeds(config, faults)
    if len(faults) == before:
        _note(home, "feeds", seal)
    return Feeds(seal, lambda: feeds)


def _lexicon(folder: Path, home: Path | None) -> Lexicon:
    """Read the lexicon; what a home noted as good stays so until a file changes, and its words wait to be asked."""
    seal = _noted(home, "lexicon")
    lexicon = read_lexicon(folder, checked=seal)
    if home and seal != lexicon.seal:
        _note(home, "lexicon", lexicon.seal)
    return lexicon


def _noted(home: Path | None, name: str) -> str:
    file = home / CHECKED.format(name) if home else None
    return file.read_text(encoding="utf-8") if file and file.exists() else ""


def _note(home: Path | None, name: str, seal: str) -> None:
    if home:
        files.private(home)
        files.write(home / CHECKED.format(name), seal.encode())


def _service(path: Path, faults: list[ConfigError]) -> dict[str, object]:
    """Read konato.toml, every key of which has a default: the fields of Settings that it gives."""
    data = parse(path, contents(path)) if path.exists() else {}
    tables = cast("dict[str, dict[str, object]]", Table(file=str(path), name="", data=data, faults=faults).read(KEYS))
    http, briefing = tables.pop("http"), tables.pop("briefing")
    waits, bounds = (cast("dict[str, float]", http.pop(name)) for name in ("timeouts", "limits"))
    waits |= {"distance": cast("float", http.pop("distance"))} if "distance" in http else {}
    limits = Limits(**{f"{key}_seconds": value for key, value in waits.items()}, **bounds)  # type: ignore[arg-type]
    known = {"limits": limits, **http, "briefing": briefing.get("url", "")}
    return known | {key: value for table in tables.values() for key, value in table.items()}

"""The composition root: `config/` and the environment become one frozen `Settings`.

Everything is refused here, before any network use, with file, table, key, reason and mend: all that is wrong in one
reading, not the first fault alone.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from ipaddress import ip_address
from itertools import chain
from pathlib import Path
from socket import inet_aton  # reads 127.1 and 0x7f000001 too, as a resolver does
from typing import Final, cast
from urllib.parse import urlsplit

from alerts.model import Channel
from alerts.word.labels import unlabelled
from extractors.fetch.limits import Limits
from extractors.model import ConfigError
from extractors.story import Event, Track
from extractors.tables import Keys, Table, choice, contents, count, parse, text, together, tried
from extractors.words.lexicon import Lexicon
from flows.configure.packaged import read_lexicon
from flows.configure.tables import CONSOLE, Feeds, read_channels, read_feeds, read_history, seal_of
from flows.configure.values import days, deadline, duration, folder, seconds, size, variable
from warehouse import files

SHORT: Final = timedelta(minutes=1)  # a cycle that may last no longer leaves little time for a slow receiver
CHECKED: Final = "{}.checked"  # in the home: the seal of the lexicon, and of the feeds, that were found good last
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
    if lexicon and feeds and service is not None:
        known = {"config": config, "feeds": feeds, "channels": channels or (CONSOLE,), "lexicon": lexicon}
        settings = Settings(**known, **service, history=history or ())  # type: ignore[arg-type]  # each by its reader
    doubts = chain(_of_channels(channels, feeds), _of_others(settings, environment) if settings else ())
    found = None if faults else settings
    return Examined(settings=found, channels=channels, faults=tuple(faults), doubts=doubts)


def _of_channels(channels: Sequence[Channel], feeds: Feeds | None) -> Iterator[str]:
    """Doubt channels, as far as the feeds can serve them."""
    spoken = {feed.language for feed in feeds.all if feed.enabled} if feeds else set()
    for channel in channels:
        if channel.tracks and (outside := sorted(set(channel.urgent_tracks) - set(channel.tracks))):
            yield f"channel {channel.name}: urgent_tracks names {', '.join(outside)}, which its tracks leave out."
        if channel.languages and spoken and not spoken & set(channel.languages):
            yield f"channel {channel.name}: no enabled feed is in {', '.join(channel.languages)}."
        if channel.urgent_tracks and channel.quiet_from is None:
            yield f"channel {channel.name}: urgent_tracks has no effect without quiet_from and quiet_to."
    for name, times in Counter(channel.url_env for channel in channels).items():
        if name and times > 1:
            yield f"{times} channels send to the URL in {name}: their messages arrive there more than once."


def _of_others(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    """Doubt feeds and konato.toml: what is valid there and hardly meant."""
    polled = [feed for feed in settings.feeds.all if feed.enabled]
    if not polled:
        yield "feeds.toml: no feed is enabled, so nothing is polled. Add [[feed]] tables."
    for feed in polled:
        if feed.url and not feed.allow_private and _private(urlsplit(feed.url).hostname or ""):
            yield f"feed {feed.name}: {feed.url} is a private address, always refused without allow_private = true."
    for language in sorted({feed.language for feed in polled} - settings.lexicon.languages):
        named = ", ".join(feed.name for feed in polled if feed.language == language)
        yield f"the lexicon has no words in {language!r}, so that only names are found in: {named}."
    if not settings.contact:
        yield "konato.toml: [http] contact is not set: publishers who see our requests cannot write to anybody."
    if settings.deadline < SHORT:
        wait = "feeds or messages will wait for later cycles"
        yield f"konato.toml: [cycle] deadline is {settings.deadline.seconds} s: {wait}."
    if (unset := settings.database_env) and not environment.get(unset):
        yield f"konato.toml: [cluster] database_env names {unset}, which is not set: no cycle and no poller can run."


def _private(host: str) -> bool:
    with suppress(ValueError, OSError):
        return not ip_address(host if ":" in host else inet_aton(host)).is_global
    return f".{host.rstrip('.').lower()}".endswith(".localhost")


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

"""feeds.toml, channels.toml and history.toml: what Konato listens to, who is told, what was known before it began."""

import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property, partial
from hashlib import blake2b
from pathlib import Path
from typing import Final

from alerts.model import Channel
from alerts.send.door import check
from extractors import tables as reading
from extractors.model import ConfigError, Feed
from extractors.read.kinds.registry import KINDS
from extractors.story import Act, DatePrecision, Domain, Event, Stage, Track
from extractors.tables import Keys, Table, array, choice, choices, count, flag, list_of, refuse_duplicates, text
from extractors.words.concepts import ACTORS
from extractors.words.lexicon import Lexicon
from flows.configure import values
from flows.configure.packaged import read_lexicon
from flows.configure.values import address, clock, day, digest, duration, language, same_address, variable, zone

LANGUAGES: Final = partial(list_of, language)
CONSOLE: Final = Channel(name="console", url_env="", timezone="UTC")
FEED: Final[Keys] = {
    "name": text, "url": address, "outlet": text, "language": language, "every": duration, "timezone": zone,
    "kind": choice(*KINDS), "enabled": flag, "age_gate": duration, "articles": flag, "allow_private": flag,
}  # fmt: skip
NEEDED: Final = {"title": "", "date": date.min, "track": Track.COOPERATION, "stage": Stage.HELD}  # and what stands in
PAST: Final = {
    "act": Act.OTHER, "alertable": True, "reason": "known before the watch began", "history": True, "reports": 0,
    "origins": 0, "outlets": (), "languages": (), "domains": (), "actors": (),
}  # fmt: skip


def channel_keys(tracks: Collection[Track]) -> Keys:
    """Return what a channel's table may hold, where the lexicon declares these tracks."""
    return {
        "name": text, "url_env": variable, "tracks": choices(tracks), "stages": choices(Stage), "languages": LANGUAGES,
        "mode": choice("now", "digest"), "digest_at": digest, "timezone": zone, "quiet_from": clock, "quiet_to": clock,
        "urgent_tracks": choices(tracks), "language": choice("en", "ko"), "storm_cap": count,
        "unknown": choice("again", "hold"), "operators": flag,
    }  # fmt: skip


class Feeds:
    """Feeds that are read when first asked for: a hundred thousand take seconds, and a home has them written down."""

    def __init__(self, seal: str, read: Callable[[], tuple[Feed, ...]]) -> None:
        """Another `seal` stands for other feeds."""
        self.seal, self._read = seal, read

    @cached_property
    def all(self) -> tuple[Feed, ...]:
        """The feeds, in their order."""
        return self._read()


def seal_of(config: Path) -> str:
    """Name the very files of a configuration's feeds, and the code that reads them. Raises ConfigError."""
    code = [Path(module.__file__ or "") for module in (sys.modules[__name__], reading, values)]
    found = blake2b(digest_size=8)
    for path in (*_files(config), *code):
        found.update(f"{path.name} {len(raw := reading.contents(path))} ".encode() + raw)
    return found.hexdigest()


def _files(config: Path) -> tuple[Path, ...]:
    return (config / "feeds.toml", *sorted((config / "feeds").glob("*.toml")))


def read_feeds(config: Path, faults: list[ConfigError] | None = None) -> tuple[Feed, ...]:
    """Read feeds.toml and the files of the folder `feeds` beside it, in the order of their names.

    Raises ConfigError; with a list of `faults`, those of single feeds are noted there.
    """
    tables = [table for file in _files(config) for table in array(file, "feed", faults)]
    feeds = [read_feed(table) for table in tables]
    refuse_duplicates(tables, "name", [feed.name for feed in feeds])
    urls = [feed.url for feed in feeds]
    refuse_duplicates(tables, "url", urls, [same_address(url) if url else "" for url in urls])
    return tuple(feeds)


def read_feed(table: Table) -> Feed:
    """Read one feed, its outlet its name unless given. Raises ConfigError where the table collects no faults."""
    found = table.read(FEED, {"name": "", "url": ""})
    return Feed(**{"outlet": found["name"], "kept": "every" in found, **found})  # type: ignore[arg-type]  # each by its key's reader


def read_channels(
    path: Path, environment: Mapping[str, str], faults: list[ConfigError], tracks: Collection[Track]
) -> tuple[Channel, ...]:
    """Read the channels; faults of single ones are noted. Raises ConfigError for one of the whole file."""
    tables, keys = array(path, "channel", faults), channel_keys(tracks)
    channels = [_channel(table, environment, keys) for table in tables]
    refuse_duplicates(tables, "name", [channel.name for channel in channels])
    return tuple(channels)


def channel_url(channel: Channel, environment: Mapping[str, str] = os.environ) -> str:
    """Return the Apprise URL of a channel: a secret, to be handed to the sender and to nobody else."""
    return environment.get(channel.url_env, "") if channel.url_env else "console://"


def _channel(table: Table, environment: Mapping[str, str], keys: Keys) -> Channel:
    channel = Channel(**table.read(keys, {"name": "", "url_env": ""}))  # type: ignore[arg-type]  # as above
    if (channel.quiet_from is None) != (channel.quiet_to is None):
        table.refuse("quiet_from", "quiet_from and quiet_to belong together", "Give both, or neither.")
    elif channel.quiet_from is not None and channel.quiet_from == channel.quiet_to:
        table.refuse("quiet_to", "quiet hours begin when they end", "Give different times, or neither.")
    # Why its variable is of no use, and never what stands in it: this channel waits, all else goes on.
    name, url, problem = channel.url_env, channel_url(channel, environment), ""
    if not url:
        problem = f"{name} is not set: export it with the channel's Apprise URL, or remove the channel"
    elif wrong := check(url):
        problem = f"the URL in {name} cannot be used: {wrong}; give exactly one Apprise URL"
    return replace(channel, problem=problem)


def history_keys(lexicon: Lexicon) -> Keys:
    """Return what an act's table may hold."""
    places, tracks = [name.removeprefix("place:") for name in lexicon.members("place:")], lexicon.tracks
    return {
        "title": text, "title_ko": text, "url": address, "date": day, "precision": choice(*DatePrecision),
        "act": choice(*Act), "track": choice(*tracks), "tracks": choices(tracks), "stage": choice(*Stage),
        "place": choice(*places), "domains": choices(Domain), "actors": choices(lexicon.members(*ACTORS)),
    }  # fmt: skip


def read_history(
    config: Path, lexicon: Lexicon | None = None, faults: list[ConfigError] | None = None
) -> tuple[Event, ...]:
    """Read the acts known before the watch began, oldest first.

    Raises ConfigError; with a list of `faults`, those of single acts are noted there.
    """
    path = config / "history.toml"
    if not path.exists():
        return ()
    known, tables = history_keys(lexicon or read_lexicon(config / "lexicon")), array(path, "event", faults)
    events = [_past(table, known) for table in tables]
    refuse_duplicates(tables, "title", [f"{event.event_date} {event.title}" for event in events])
    return tuple(sorted(events, key=lambda event: (event.first_reported_at, event.event_id)))


def _past(table: Table, known: Keys) -> Event:
    found = table.read(known, NEEDED)
    when, korean = found.pop("date"), found.pop("title_ko", "")
    told_at = datetime.combine(date.fromisoformat(f"{when}"), time(), UTC)
    derived = {
        "event_id": "h" + blake2b(f"{when}\n{found['title']}".encode(), digest_size=8).hexdigest()[1:],
        "event_date": when,
        "date_precision": found.pop("precision", DatePrecision.DAY),
        "tracks": found.pop("tracks", ()) or (found["track"],),
        **dict.fromkeys(("first_reported_at", "last_reported_at"), told_at),
        "titles": (("ko", korean),) if korean else (),
    }
    return Event(**{**PAST, **found, **derived})  # type: ignore[arg-type]  # each by its key's reader

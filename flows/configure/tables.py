"""feeds.toml and channels.toml: what Konato listens to; who is told, how and when, and where their URLs stand."""

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from hashlib import blake2b
from pathlib import Path
from typing import Final, overload

from alerts.model import Channel
from alerts.send.door import check
from extractors import tables as reading
from extractors.model import ConfigError, Feed
from extractors.read.kinds.registry import KINDS
from extractors.story import Stage, Track
from extractors.tables import Keys, Table, array, choice, choices, count, flag, list_of, refuse_duplicates, text
from flows.configure import values
from flows.configure.values import address, clock, digest, duration, language, same_address, variable, zone

LANGUAGES: Final = partial(list_of, language)
CONSOLE: Final = Channel(name="console", url_env="", timezone="UTC")
FEED: Final[Keys] = {
    "name": text, "url": address, "outlet": text, "language": language, "every": duration, "timezone": zone,
    "kind": choice(*KINDS), "enabled": flag, "age_gate": duration, "articles": flag, "allow_private": flag,
}  # fmt: skip


def channel_keys(tracks: Collection[Track]) -> Keys:
    """Return what a channel's table may hold, where the lexicon declares these tracks."""
    return {
        "name": text, "url_env": variable, "tracks": choices(tracks), "stages": choices(Stage), "languages": LANGUAGES,
        "mode": choice("now", "digest"), "digest_at": digest, "timezone": zone, "quiet_from": clock, "quiet_to": clock,
        "urgent_tracks": choices(tracks), "language": choice("en", "ko"), "storm_cap": count,
        "unknown": choice("again", "hold"), "operators": flag,
    }  # fmt: skip


class Feeds(Sequence[Feed]):
    """Feeds that are read when first asked for: a hundred thousand take seconds, and a home has them written down."""

    def __init__(self, seal: str, read: Callable[[], tuple[Feed, ...]]) -> None:
        """Another `seal` stands for other feeds."""
        self.seal, self._read = seal, read

    @cached_property
    def _all(self) -> tuple[Feed, ...]:
        return self._read()

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, at: int) -> Feed: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Feed, ...]: ...
    def __getitem__(self, at: int | slice) -> Feed | tuple[Feed, ...]:
        return self._all[at]


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
    return replace(channel, problem=_problem(channel, environment))


def _problem(channel: Channel, environment: Mapping[str, str]) -> str:
    """Say why a channel's variable is of no use, and never what stands in it: this channel waits, all else goes on."""
    name, url = channel.url_env, channel_url(channel, environment)
    if not url:
        return f"{name} is not set: export it with the channel's Apprise URL, or remove the channel"
    wrong = check(url)
    return f"the URL in {name} cannot be used: {wrong}; give exactly one Apprise URL" if wrong else ""

"""channels.toml: who is told, how and when; where their Apprise URLs stand."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Final

from alerts.decide.quiet import digest_schedule
from alerts.model import Channel
from alerts.send.door import check as check_channel
from extractors.model import ConfigError
from extractors.story import Stage, Track
from extractors.tables import FaultError, Table, array, choice, choices, count, flag, refuse_duplicates, text
from flows.configure.feeds import language
from flows.configure.values import clock, zone

CONSOLE: Final = Channel(name="console", url_env="", timezone="UTC")


def _languages(value: object) -> tuple[str, ...]:
    return tuple(language(code) for code in choices()(value))


def _digest(value: object) -> str:
    raw = text(value)
    try:
        digest_schedule(raw)
    except ValueError as error:
        raise FaultError(str(error), 'Write days and a time, as in "Mon-Fri 08:00".') from None
    return raw


def read_channels(
    path: Path,
    environment: Mapping[str, str],
    faults: list[ConfigError] | None = None,
    tracks: Collection[Track] = tuple(Track),
) -> tuple[Channel, ...]:
    """Read the channels. Raises ConfigError; with a list of `faults`, those of single channels are noted there."""
    tables = array(path, "channel", faults)
    channels = [_channel(table, environment, tracks) for table in tables]
    refuse_duplicates(tables, "name", [channel.name for channel in channels])
    return tuple(channels)


def channel_url(channel: Channel, environment: Mapping[str, str] = os.environ) -> str:
    """Return the Apprise URL of a channel: a secret, to be handed to the sender and to nobody else."""
    return environment.get(channel.url_env, "") if channel.url_env else "console://"


def _channel(table: Table, environment: Mapping[str, str], tracks: Collection[Track]) -> Channel:
    none: time | None = None
    channel = Channel(
        name=table.need("name", text, ""),
        url_env=table.need("url_env", _variable, ""),
        tracks=table.get("tracks", choices(tracks), ()),
        stages=table.get("stages", choices(Stage), ()),
        languages=table.get("languages", _languages, ()),
        mode=table.get("mode", choice("now", "digest"), "now"),
        digest_at=table.get("digest_at", _digest, "Mon-Fri 08:00"),
        timezone=table.get("timezone", zone, "Asia/Seoul"),
        quiet_from=table.get("quiet_from", clock, none),
        quiet_to=table.get("quiet_to", clock, none),
        urgent_tracks=table.get("urgent_tracks", choices(tracks), ()),
        language=table.get("language", choice("en", "ko"), "en"),
        storm_cap=table.get("storm_cap", count, 10),
        unknown=table.get("unknown", choice("again", "hold"), "again"),
        operators=table.get("operators", flag, default=False),
    )
    table.done()
    _consistent(table, channel)
    return replace(channel, problem=_problem(channel, environment))


def _consistent(table: Table, channel: Channel) -> None:
    if (channel.quiet_from is None) != (channel.quiet_to is None):
        table.refuse("quiet_from", "quiet_from and quiet_to belong together", "Give both, or neither.")
    elif channel.quiet_from is not None and channel.quiet_from == channel.quiet_to:
        table.refuse("quiet_to", "quiet hours begin when they end", "Give different times, or neither.")


def _problem(channel: Channel, environment: Mapping[str, str]) -> str:
    """Say why a channel's variable is of no use; the URL in it is shown nowhere.

    It stops this channel and nothing else: polling goes on, and what is due to the channel waits.
    """
    variable, url = channel.url_env, channel_url(channel, environment)
    if not url:
        return f"{variable} is not set: export it with the channel's Apprise URL, or remove the channel"
    wrong = check_channel(url)
    return f"the URL in {variable} cannot be used: {wrong}; give exactly one Apprise URL" if wrong else ""


def _variable(value: object) -> str:
    name = text(value)
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is None:
        raise FaultError(
            "is not the name of an environment variable",
            "Put the URL into an environment variable and its name here: secrets stay out of files.",
        )
    return name

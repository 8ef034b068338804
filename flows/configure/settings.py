"""The composition root: `config/` and the environment become one frozen `Settings`.

Everything is refused here, before any network use, with file, table, key, reason and mend.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Final

from alerts.decide.quiet import digest_schedule
from alerts.model import Channel
from alerts.send.door import check as check_channel
from extractors.fetch.limits import Limits
from extractors.model import ConfigError, Feed
from extractors.read.kinds import KINDS
from extractors.story import Event, Stage, Track
from extractors.tables import (
    FaultError,
    Table,
    array,
    choice,
    choices,
    contents,
    count,
    flag,
    parse,
    refuse_duplicates,
    text,
)
from extractors.words.lexicon import Lexicon
from extractors.words.lexicon import load as load_lexicon
from flows.configure.history import read_history
from flows.configure.values import address, clock, duration, same_address, size, zone

CONSOLE: Final = Channel(name="console", url_env="", timezone="UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a cycle needs to know of its operator's wishes; no secret in it."""

    config: Path
    feeds: tuple[Feed, ...]
    channels: tuple[Channel, ...]
    lexicon: Lexicon
    history: tuple[Event, ...] = ()
    limits: Limits = field(default_factory=Limits)
    user_agent: str
    deadline: timedelta = timedelta(minutes=9)  # of a whole cycle: less than the slot of ten minutes
    retention: timedelta = timedelta(days=400)
    raw_days: int = 7
    horizon: timedelta = timedelta(days=30)  # an act older than this, told by nobody before, is a recap


def packaged_config() -> Path:
    """Return the configuration that comes with Konato: beside the source, or inside the wheel."""
    inside = Path(__file__).parents[1] / "default_config"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "config"


def read_settings(config: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check a whole configuration directory.

    Raises:
        ConfigError: anything in it is missing, unknown, double or malformed.
    """
    if not config.is_dir():
        raise ConfigError(
            file=str(config),
            reason="is no directory",
            mend="Name the configuration with --config or KONATO_CONFIG.",
        )
    base = Settings(
        config=config,
        feeds=_feeds(config / "feeds.toml"),
        channels=_channels(config / "channels.toml", environment) or (CONSOLE,),
        lexicon=(lexicon := load_lexicon(config / "lexicon")),
        history=read_history(config, lexicon),
        user_agent="",
    )
    return _service(config / "konato.toml", base)


def channel_url(channel: Channel, environment: Mapping[str, str] = os.environ) -> str:
    """Return the Apprise URL of a channel: a secret, to be handed to the sender and to nobody else."""
    return environment.get(channel.url_env, "") if channel.url_env else "console://"


def _feeds(path: Path) -> tuple[Feed, ...]:
    tables = array(path, "feed")
    feeds = [_feed(table) for table in tables]
    refuse_duplicates(tables, [feed.name for feed in feeds], "name")
    refuse_duplicates(tables, [feed.url for feed in feeds], "url", {feed.url: same_address(feed.url) for feed in feeds})
    return tuple(feeds)


def _feed(table: Table) -> Feed:
    name = table.need("name", text)
    feed = Feed(
        name=name,
        url=table.need("url", address),
        outlet=table.get("outlet", text, name),
        language=table.get("language", _language, "en"),
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


def _language(value: object) -> str:
    code = text(value)
    if re.fullmatch(r"[a-z]{2,3}", code) is None or not (code in {"en", "ko"} or _spoken(code)):
        raise FaultError(f"{code!r} is no language code", 'Use that of ISO 639, as in "en", "ko" (not "kr") or "ja".')
    return code


def _spoken(code: str) -> bool:
    from babel.localedata import exists

    return exists(code)


def _languages(value: object) -> tuple[str, ...]:
    return tuple(_language(code) for code in choices()(value))


def _digest(value: object) -> str:
    raw = text(value)
    try:
        digest_schedule(raw)
    except ValueError as error:
        raise FaultError(str(error), 'Write days and a time, as in "Mon-Fri 08:00".') from None
    return raw


def _channels(path: Path, environment: Mapping[str, str]) -> tuple[Channel, ...]:
    tables = array(path, "channel")
    channels = [_channel(table, environment) for table in tables]
    refuse_duplicates(tables, [channel.name for channel in channels], "name")
    return tuple(channels)


def _channel(table: Table, environment: Mapping[str, str]) -> Channel:
    none: time | None = None
    channel = Channel(
        name=table.need("name", text),
        url_env=table.need("url_env", _variable),
        tracks=table.get("tracks", choices(Track), ()),
        stages=table.get("stages", choices(Stage), ()),
        languages=table.get("languages", _languages, ()),
        mode=table.get("mode", choice("now", "digest"), "now"),
        digest_at=table.get("digest_at", _digest, "Mon-Fri 08:00"),
        timezone=table.get("timezone", zone, "Asia/Seoul"),
        quiet_from=table.get("quiet_from", clock, none),
        quiet_to=table.get("quiet_to", clock, none),
        urgent_tracks=table.get("urgent_tracks", choices(Track), ()),
        language=table.get("language", choice("en", "ko"), "en"),
        storm_cap=table.get("storm_cap", count, 10),
        unknown=table.get("unknown", choice("again", "hold"), "again"),
        operators=table.get("operators", flag, default=False),
    )
    table.done()
    if (channel.quiet_from is None) != (channel.quiet_to is None):
        raise table.error("quiet_from", "quiet_from and quiet_to belong together", "Give both, or neither.")
    if channel.quiet_from is not None and channel.quiet_from == channel.quiet_to:
        raise table.error("quiet_to", "quiet hours begin when they end", "Give different times, or neither.")
    url = environment.get(channel.url_env, "")
    if not url:
        raise table.error(
            "url_env",
            f"the environment variable {channel.url_env} is not set",
            f"Export {channel.url_env} with the channel's Apprise URL, or remove the channel.",
        )
    if wrong := check_channel(url):
        raise table.error(
            "url_env", f"the URL in {channel.url_env} cannot be used: {wrong}", "Give exactly one Apprise URL."
        )
    return channel


def _variable(value: object) -> str:
    name = text(value)
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is None:
        raise FaultError(
            "is not the name of an environment variable",
            "Put the URL into an environment variable and its name here: secrets stay out of files.",
        )
    return name


def _service(path: Path, base: Settings) -> Settings:
    data = parse(path, contents(path)) if path.exists() else {}
    tables = {
        name: Table(file=str(path), name=name, data=data.pop(name, {}))
        for name in ("http", "cycle", "archive", "alerts")
    }
    for name in data:
        raise ConfigError(
            file=str(path), table=name, reason="is unknown here", mend=f"This file holds {', '.join(tables)}."
        )
    http, archive = tables["http"], tables["archive"]
    contact = http.get("contact", text, "")
    settings = replace(
        base,
        user_agent=f"Konato/0.1 (news monitor{'; ' + contact if contact else ''})",
        limits=_limits(http),
        deadline=tables["cycle"].get("deadline", duration, base.deadline),
        retention=archive.get("retention", duration, base.retention),
        raw_days=archive.get("raw_days", count, base.raw_days),
        horizon=tables["alerts"].get("horizon", duration, base.horizon),
    )
    for table in tables.values():
        table.done()
    return settings


def _limits(http: Table) -> Limits:
    default = Limits()
    nothing: object = {}
    times = Table(file=http.file, name="http.timeouts", data=http.get("timeouts", _as_is, nothing))
    bounds = Table(file=http.file, name="http.limits", data=http.get("limits", _as_is, nothing))

    def seconds(key: str, value: float) -> float:
        return times.get(key, duration, timedelta(seconds=value)).total_seconds()

    limits = Limits(
        connect_seconds=seconds("connect", default.connect_seconds),
        read_seconds=seconds("read", default.read_seconds),
        total_seconds=seconds("total", default.total_seconds),
        wire_bytes=bounds.get("wire_bytes", size, default.wire_bytes),
        body_bytes=bounds.get("body_bytes", size, default.body_bytes),
        entries=bounds.get("entries", count, default.entries),
        redirects=bounds.get("redirects", count, default.redirects),
        connections=bounds.get("connections", count, default.connections),
    )
    times.done()
    bounds.done()
    return limits


def _as_is(value: object) -> object:
    return value

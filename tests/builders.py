"""Builders: a whole noun from the few words that a test cares about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alerts.model import Channel
from extractors.model import Feed, Item
from extractors.story import Act, DatePrecision, Event, Mention, Report, Stage, Track
from extractors.words.concepts import CORE

TRACKS = "[track]\n" + "\n".join(f'{track} = ["body"]' for track in Track)
NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)


def feed(**changes: Any) -> Feed:
    return Feed(**{"name": "a", "url": "http://127.0.0.1/feed", "outlet": "A", **changes})


def channel(**changes: Any) -> Channel:
    return Channel(**{"name": "desk", "url_env": "", **changes})


def item(**changes: Any) -> Item:
    return Item(
        **{
            "key": 1,
            "content": 1,
            "outlet": "A",
            "feed": "a",
            "language": "en",
            "url": "https://a.example/1",
            "title": "A title",
            "summary": "",
            "published_at": NOW,
            "first_seen_at": NOW,
            **changes,
        }
    )


def mention(**changes: Any) -> Mention:
    return Mention(
        **{
            "item_id": "0000000000000001",
            "track": Track.CONSULTATION_BODY,
            "tracks": (Track.CONSULTATION_BODY,),
            "stage": Stage.AGREED,
            "act": Act.DOCUMENT,
            "alertable": True,
            "reason": "a dated act",
            "score": 1.0,
            "event_date": date(2025, 6, 25),
            "date_precision": DatePrecision.DAY,
            "lexicon_version": "test",
            **changes,
        }
    )


def report(**changes: Any) -> Report:
    item_id = changes.get("item_id", "0000000000000001")
    return Report(
        **{
            "item_id": item_id,
            "outlet": "A",
            "language": "en",
            "title": "A title",
            "url": "https://a.example/1",
            "published_at": NOW,
            "first_seen_at": NOW,
            "origin": item_id,
            "baseline": False,
            "mention": mention(item_id=item_id),
            **changes,
        }
    )


def event(**changes: Any) -> Event:
    return Event(
        **{
            "event_id": "e1",
            "track": Track.CONSULTATION_BODY,
            "tracks": (Track.CONSULTATION_BODY,),
            "stage": Stage.AGREED,
            "act": Act.DOCUMENT,
            "title": "A title",
            "event_date": date(2025, 6, 25),
            "date_precision": DatePrecision.DAY,
            "alertable": True,
            "first_reported_at": NOW,
            "last_reported_at": NOW,
            "reports": 1,
            "origins": 1,
            "outlets": ("A",),
            "languages": ("en",),
            "domains": (),
            "actors": (),
            **changes,
        }
    )


def core_tables(names: Iterable[str], value: str) -> list[str]:
    """A lexicon file's lines that give each concept a value; {} in it stands for the concept's name."""
    lines, group = [], ""
    for name in sorted(names, key=lambda name: (":" in name, name)):
        here, _, own = name.rpartition(":")
        lines += [f"[{here}]"] if here != group else []
        lines.append(f"{own} = {value.replace('{}', name) if value != '{}' else value}")
        group = here
    return lines


def lexicon_folder(
    tmp_path: Path, words: str, *declared: str, said: frozenset[str] = CORE, named: frozenset[str] = CORE
) -> Path:
    """Lay out a small lexicon: every concept of CORE declared, each with a word of its own, and ko.toml as given."""
    (tmp_path / "concepts.toml").write_text("\n".join([*core_tables(named, "{}"), TRACKS, *declared]), encoding="utf-8")
    (tmp_path / "zz.toml").write_text("\n".join(core_tables(said, '["the word of {}"]')), encoding="utf-8")
    (tmp_path / "ko.toml").write_text(words, encoding="utf-8")
    return tmp_path

"""Builders: a whole noun from the few words that a test cares about."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from alerts.model import Channel
from extractors.model import Feed, Item
from extractors.story import Act, DatePrecision, Event, Mention, Report, Stage, Track
from extractors.words.concepts import CORE

T = TypeVar("T")
TRACKS = "[track]\n" + "\n".join(f'{track} = ["body"]' for track in Track)
NOW = datetime(2025, 6, 26, 3, 0, tzinfo=UTC)


def _filled(noun: Callable[..., T], defaults: Mapping[str, object]) -> Callable[..., T]:
    """A builder of a noun: what a test gives stands over what is usual."""
    return lambda **changes: noun(**{**defaults, **changes})


feed = _filled(Feed, {"name": "a", "url": "http://127.0.0.1/feed", "outlet": "A"})
channel = _filled(Channel, {"name": "desk", "url_env": ""})
PUBLISHED = {"outlet": "A", "language": "en", "url": "https://a.example/1", "title": "A title", "published_at": NOW}
item = _filled(Item, {**PUBLISHED, "key": 1, "content": 1, "feed": "a", "summary": "", "first_seen_at": NOW})
ACT = {
    "track": Track.CONSULTATION_BODY, "tracks": (Track.CONSULTATION_BODY,), "stage": Stage.AGREED, "act": Act.DOCUMENT,
    "alertable": True, "event_date": date(2025, 6, 25), "date_precision": DatePrecision.DAY,
}  # fmt: skip
ITEM = "0000000000000001"
mention = _filled(Mention, {**ACT, "item_id": ITEM, "reason": "a dated act", "score": 1.0, "lexicon_version": "test"})
event = _filled(
    Event,
    {
        **ACT, "event_id": "e1", "title": "A title", "first_reported_at": NOW, "last_reported_at": NOW, "reports": 1,
        "origins": 1, "outlets": ("A",), "languages": ("en",), "domains": (), "actors": (),
    },
)  # fmt: skip


def raising(kind: type[BaseException], *words: str) -> Callable[..., Any]:
    """A function that raises, whatever it is given."""

    def raises(*_: object, **__: object) -> Any:
        raise kind(*words)

    return raises


def report(**changes: Any) -> Report:
    item_id = changes.get("item_id", ITEM)
    known = {**PUBLISHED, "item_id": item_id, "first_seen_at": NOW, "origin": item_id, "baseline": False}
    return Report(**{**known, "mention": mention(item_id=item_id), **changes})


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

"""history.toml: the acts known before the watch began, so that the first alert has a predecessor."""

import hashlib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from extractors.story import Act, DatePrecision, Domain, Event, Stage, Track
from extractors.tables import Keys, Table, array, choice, choices, refuse_duplicates, text
from extractors.words.concepts import ACTORS
from extractors.words.lexicon import Lexicon
from flows.configure.packaged import read_lexicon
from flows.configure.values import address, day

NEEDED: Final = {"title": "", "date": date.min, "track": Track.COOPERATION, "stage": Stage.HELD}  # and what stands in
PAST: Final = {
    "act": Act.OTHER, "alertable": True, "reason": "known before the watch began", "history": True, "reports": 0,
    "origins": 0, "outlets": (), "languages": (), "domains": (), "actors": (),
}  # fmt: skip


def keys(lexicon: Lexicon) -> Keys:
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
    known, tables = keys(lexicon or read_lexicon(config / "lexicon")), array(path, "event", faults)
    events = [_past(table, known) for table in tables]
    refuse_duplicates(tables, "title", [f"{event.event_date} {event.title}" for event in events])
    return tuple(sorted(events, key=lambda event: (event.first_reported_at, event.event_id)))


def _past(table: Table, known: Keys) -> Event:
    found = table.read(known, NEEDED)
    when, korean = found.pop("date"), found.pop("title_ko", "")
    told_at = datetime.combine(date.fromisoformat(f"{when}"), time(), UTC)
    derived = {
        "event_id": "h" + hashlib.blake2b(f"{when}\n{found['title']}".encode(), digest_size=8).hexdigest()[1:],
        "event_date": when,
        "date_precision": found.pop("precision", DatePrecision.DAY),
        "tracks": found.pop("tracks", ()) or (found["track"],),
        **dict.fromkeys(("first_reported_at", "last_reported_at"), told_at),
        "titles": (("ko", korean),) if korean else (),
    }
    return Event(**{**PAST, **found, **derived})  # type: ignore[arg-type]  # each by its key's reader

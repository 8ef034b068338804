"""history.toml: the acts known before the watch began, so that the first alert has a predecessor."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time
from pathlib import Path

from extractors.model import ConfigError
from extractors.story import Act, DatePrecision, Domain, Event, Stage, Track
from extractors.tables import Table, array, choice, choices, refuse_duplicates, text
from extractors.words.concepts import ACTORS
from extractors.words.lexicon import Lexicon
from flows.configure.packaged import read_lexicon
from flows.configure.values import day


def read_history(
    config: Path, lexicon: Lexicon | None = None, faults: list[ConfigError] | None = None
) -> tuple[Event, ...]:
    """Read the acts known before the watch began, oldest first.

    Raises:
        ConfigError: as always; with a list of `faults`, those of single acts are noted there.
    """
    path = config / "history.toml"
    if not path.exists():
        return ()
    lexicon = lexicon or read_lexicon(config / "lexicon")
    tables = array(path, "event", faults)
    events = [_past(table, lexicon) for table in tables]
    refuse_duplicates(tables, "title", [f"{event.event_date} {event.title}" for event in events])
    return tuple(sorted(events, key=lambda event: (event.first_reported_at, event.event_id)))


def _past(table: Table, lexicon: Lexicon) -> Event:
    title = table.need("title", text, "")
    korean = table.get("title_ko", text, "")
    when = table.need("date", day, date.min)
    track = Track(table.need("track", choice(*lexicon.tracks), Track.COOPERATION.value))
    none: tuple[str, ...] = ()
    told_at = datetime.combine(when, time(), UTC)
    event = Event(
        event_id="h" + hashlib.blake2b(f"{when}\n{title}".encode(), digest_size=8).hexdigest()[1:],
        track=track,
        tracks=tuple(map(Track, table.get("tracks", choices(lexicon.tracks), none))) or (track,),
        stage=Stage(table.need("stage", choice(*Stage), Stage.HELD.value)),
        act=Act(table.get("act", choice(*Act), Act.OTHER.value)),
        title=title,
        event_date=when,
        date_precision=DatePrecision(table.get("precision", choice(*DatePrecision), DatePrecision.DAY.value)),
        place=table.get("place", choice(*[name.removeprefix("place:") for name in lexicon.members("place:")]), ""),
        alertable=True,
        reason="known before the watch began",
        first_reported_at=told_at,
        last_reported_at=told_at,
        reports=0,
        origins=0,
        outlets=(),
        languages=(),
        domains=tuple(map(Domain, table.get("domains", choices(Domain), none))),
        actors=table.get("actors", choices(lexicon.members(*ACTORS)), none),
        history=True,
        titles=(("ko", korean),) if korean else (),
    )
    table.done()
    return event

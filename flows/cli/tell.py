"""Commands that change a home: mute, alerts, feedback (labelled cases for `konato evaluate`), backup, restore."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from flows.cli.draw import draw_table
from flows.cli.options import Refused, used
from flows.cycle.home import hold, prepare, working
from warehouse import files
from warehouse.connection import PUBLISHED, Connection, writing
from warehouse.connection import backup as write
from warehouse.live import events, outbox
from warehouse.live import migrate as migrating
from warehouse.published import tell
from warehouse.safety.backup import restore as put

LISTED: Final = ("created_at", "alert_id", "channel", "state", "attempts", "change", "title", "reason")
FEEDBACK: Final = "feedback.jsonl"  # in the home


@contextmanager
def changing(home: Path, who: str, event: str = "") -> Iterator[tuple[Connection, datetime]]:
    """Hold one transaction on the live database, in which the event is known; yields it with the real time."""
    with working(used(home), who=who) as now, writing(home) as con:
        if event and not events.by_ids(con, [event]):
            raise Refused(f"{event} is no event here; `konato query chain` lists some.")
        yield con, now


def mute(*, event: str, home: Path, until: datetime | None) -> None:
    """Mute an event, for good or up to the end of a day."""
    over = until + timedelta(days=1) if until else None
    with changing(home, "konato mute", event) as (con, now):
        events.mute(con, event, over, now)
    print(f"{event} is muted{f' until {until:%F}' if until else ''}; `konato unmute {event}` undoes it")


def unmute(*, event: str, home: Path) -> None:
    """Undo a mute."""
    with changing(home, "konato unmute", event) as (con, now):
        events.mute(con, event, None, now, muted=False)
    print(f"{event} is told again")


def list_alerts(*, home: Path, failed: bool, since: datetime | None) -> None:
    """List alerts, a row a delivery."""
    rows = tell.alerts(home, failed=failed, since=since)
    draw_table(LISTED, [[row[column] for column in LISTED] for row in rows])


def resend(*, alert: str | None, home: Path, failed: bool, since: datetime | None) -> None:
    """Queue deliveries again: those of one alert, or all that failed."""
    if alert is None and not failed:
        raise Refused("name an ALERT, or choose --failed")
    with changing(home, "konato alerts resend") as (con, now):
        chosen = outbox.resend(con, alert_id=alert, failed=failed, since=since, now=now)
    if alert and not chosen:
        which = " that failed" if failed else ""
        raise Refused(f"{alert} has no delivery{which} to send again; `konato alerts list` shows them.")
    print(f"{chosen} deliveries are due again; the next cycle sends them")


def wrong(*, alert: str, home: Path) -> None:
    """Note that an alert was wrong, against the report that brought it alone: the event's others may be right."""
    told = tell.last_alert(home, alert)
    if told is None or told.alert_id != alert or not told.facts.sources:
        raise Refused(f"{alert} is no alert of a report here; `konato alerts list` shows them.")
    found = tell.explain(home, told.facts.sources[0].url)
    for item in found["items"][:1] if found else ():
        _note(home, item, relevant=None, alert=False, note=f"feedback: {alert} was wrong")


def missed(*, url: str, home: Path) -> None:
    """Note that a report should have alerted, with its text where it was stored."""
    if not url.startswith(("http://", "https://")):
        raise Refused(f"{url!r} is no http or https URL: give the address of the report.")
    found = tell.explain(home, url) if (used(home) / PUBLISHED).exists() else {}
    item = found["items"][0] if found and found["items"] else {"item_id": url, "url": url}
    _note(home, item, relevant=True, alert=True, note="feedback: missed")


def _note(home: Path, item: Mapping[str, object], **labels: object) -> None:
    """Add a labelled case; None is a label that nobody gave."""
    case = {
        "id": item["item_id"],
        **{key: item.get(key) or "" for key in ("url", "outlet", "title", "summary")},
        "language": item.get("language") or "en",
        "published": str(item.get("published_at") or "")[:10] or None,
        **labels,
    }
    files.private(home)
    place = home / FEEDBACK
    with place.open("a", encoding="utf-8") as file:
        file.write(json.dumps(case, ensure_ascii=False) + "\n")
    files.sync(place)
    print(f"noted in {place}; `konato evaluate {place}` reads it")


def backup(*, file: Path, home: Path) -> None:
    """Write a backup to a file that is not there yet."""
    if file.exists() or file.is_symlink():
        raise Refused(f"{file} is there already, and a backup overwrites nothing: name another file.")
    with working(used(home), who="konato backup"):
        write(home, file)
    print(f"{file}: {file.stat().st_size:,} bytes; the Parquet archive in {home / 'published'} is not part of it")


def restore(*, file: Path, home: Path) -> None:
    """Put a backup in place."""
    if not file.is_file():
        raise Refused(f"{file} is no file: name one that `konato backup` wrote.")
    with hold(home, who="konato restore"):
        put(home, file, now=datetime.now(UTC))
    print(f"restored {file} into {home}; the next cycle polls again and repeats no alert that the backup knows of")


def migrate(*, home: Path, only_check: bool) -> None:
    """Bring the schema up to date, or say what that would be."""
    with hold(used(home), who="konato migrate"):
        found = migrating.check(home) if only_check else prepare(home, now=datetime.now(UTC))
    verb = "would apply" if only_check else "applied"
    done = f"{found.before} -> {found.after}: {verb}: {', '.join(found.applied)}"
    print(f"schema {done if found.applied else f'{found.after} is up to date'}")
    if found.backup:
        print(f"backup: {found.backup}")

"""Commands about telling: mute, unmute, alerts, channels, preview, feedback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from alerts.model import Channel
from flows.cli.keep import locked
from flows.cli.options import CONFIG, HOME, Config, Home

FEEDBACK: Final = "feedback.jsonl"  # in the home; `konato evaluate` reads it
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day, UTC.")]
Failed = Annotated[bool, typer.Option("--failed", help="Only those given up, or whose receipt is unknown.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(mute)
    app.command()(unmute)
    app.command()(preview)
    for name, text in (
        ("alerts", "Look at alerts and their deliveries, and send again."),
        ("channels", "Look at the channels."),
        ("feedback", "Say what was wrong; `konato evaluate` reads it."),
    ):
        group = typer.Typer(help=text, no_args_is_help=True)
        app.add_typer(group, name=name)
        match name:
            case "alerts":
                group.command("list")(list_alerts)
                group.command("resend")(resend)
            case "channels":
                group.command("test")(channel_test)
            case _:
                group.command("wrong")(wrong)
                group.command("missed")(missed)


def mute(
    *,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="An event's id.")],
    config: Config = CONFIG,  # noqa: ARG001  every command takes it
    home: Home = HOME,
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day, UTC.")] = None,
) -> None:
    """Say no more of an event; what it would have sent is stored as suppressed."""
    _mute(home, event, muted=True, until=until)
    print(f"{event} is muted{f' until {until:%F}' if until else ''}; `konato unmute {event}` undoes it")


def unmute(
    *,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="An event's id.")],
    config: Config = CONFIG,  # noqa: ARG001  every command takes it
    home: Home = HOME,
) -> None:
    """Tell of an event again."""
    _mute(home, event, muted=False)
    print(f"{event} is told again")


def _mute(home: Path, event: str, *, muted: bool, until: datetime | None = None) -> None:
    from warehouse.connection import writing
    from warehouse.live import events
    from warehouse.live.migrate import migrate

    with locked(home, "konato mute") as now:
        migrate(home, now=now)
        with writing(home) as con:
            if not events.by_ids(con, [event]):
                _refuse(f"{event} is no event here; `konato query chain` lists some.")
            if muted:
                end = datetime.combine(until.date() + timedelta(days=1), time(), UTC) if until else None
                events.mute(con, event, end, now)
            else:
                events.unmute(con, event, now)


def list_alerts(
    *,
    config: Config = CONFIG,  # noqa: ARG001  every command takes it
    home: Home = HOME,
    failed: Failed = False,
    since: Since = None,
) -> None:
    """List alerts with their deliveries, from the published copy."""
    from flows.cli.draw import draw_table
    from warehouse.published.tell import alerts

    columns = ("created_at", "alert_id", "channel", "state", "attempts", "change", "title", "reason")
    rows = alerts(home, failed=failed, since=since.replace(tzinfo=UTC) if since else None)
    draw_table(columns, [[row[column] for column in columns] for row in rows])


def resend(
    *,
    alert: Annotated[str | None, typer.Argument(metavar="[ALERT]", help="An alert's id; default: all chosen.")] = None,
    config: Config = CONFIG,  # noqa: ARG001  every command takes it
    home: Home = HOME,
    failed: Failed = False,
    since: Since = None,
) -> None:
    """Queue deliveries again; the next cycle sends them, marked as possible repeats."""
    from warehouse.connection import writing
    from warehouse.live import outbox

    if alert is None and not failed:
        _refuse("name an ALERT, or choose --failed")
    with locked(home, "konato alerts resend") as now, writing(home) as con:
        chosen = outbox.resend(
            con, alert_id=alert, failed=failed, since=since.replace(tzinfo=UTC) if since else None, now=now
        )
    if alert and not chosen:
        _refuse(f"{alert} has no delivery{' that failed' if failed else ''} here; `konato alerts list` shows them.")
    print(f"{chosen} deliveries are due again; the next cycle sends them")


def channel_test(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A channel's name.")],
    config: Config = CONFIG,
    home: Home = HOME,  # noqa: ARG001  every command takes it
) -> None:
    """Send a sample to a channel, now."""
    from alerts.model import ResultKind
    from alerts.send.door import send
    from flows.cli.samples import sample
    from flows.configure.settings import channel_url, read_settings

    channel = _channel(read_settings(config).channels, name)
    result = send(sample(channel, now=datetime.now(UTC)), channel_url(channel), timeout=30.0)
    print(f"{name}: {result.kind.value} {result.reason}".rstrip())
    if result.kind is not ResultKind.SENT:
        raise typer.Exit(1)


def preview(
    *,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="An event's id.")],
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="A channel's name.")],
    config: Config = CONFIG,
    home: Home = HOME,
    html: Annotated[Path | None, typer.Option("--html", help="Where to write the HTML part.")] = None,
) -> None:
    """Show an event's message as it would go out on a channel; HTML into a file."""
    from flows.cli.samples import preview as render
    from flows.configure.settings import read_settings

    message = render(home, event, _channel(read_settings(config).channels, channel), now=datetime.now(UTC))
    if message is None:
        _refuse(f"{event} has no alert to preview")
    print(f"{message.title}\n\n{message.text}")
    if message.html:
        place = html or home / f"preview-{event}.html"
        place.write_text(message.html, encoding="utf-8")
        print(f"\nHTML: {place}")


def wrong(
    *,
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="The id of an alert that should not have been.")],
    config: Config = CONFIG,  # noqa: ARG001  every command takes it
    home: Home = HOME,
) -> None:
    """Say that an alert was wrong."""
    from warehouse.published.tell import explain

    found = explain(home, alert)
    if found is None or not found.items:
        _refuse(f"{alert} is no alert here")
    for item in found.items:
        _append(home, _case(item, relevant=None, alert=False, note=f"feedback: {alert} was wrong"))


def missed(
    *,
    url: Annotated[str, typer.Argument(metavar="URL", help="A report that should have alerted.")],
    config: Config = CONFIG,  # noqa: ARG001  every command takes it
    home: Home = HOME,
) -> None:
    """Say that a report should have alerted."""
    if not url.startswith(("http://", "https://")):
        _refuse(f"{url!r} is no http or https URL: give the address of the report.")
    from warehouse.published.tell import explain

    try:
        found = explain(home, url)
    except FileNotFoundError:
        found = None
    item = found.items[0] if found and found.items else {"item_id": url, "url": url}
    _append(home, _case(item, relevant=True, alert=True, note="feedback: missed"))


def _case(item: Mapping[str, object], *, relevant: bool | None, alert: bool, note: str) -> dict[str, object]:
    """Return a labelled case as `konato evaluate` reads it; None is a label that nobody gave."""
    texts = {key: item.get(key) or "" for key in ("url", "outlet", "title", "summary")}
    published = str(item.get("published_at") or "")[:10] or None
    language = item.get("language") or "en"
    return {"id": item["item_id"], **texts, "language": language, "published": published, "relevant": relevant,
            "alert": alert, "note": note}  # fmt: skip


def _append(home: Path, case: dict[str, object]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    place = home / FEEDBACK
    with place.open("a", encoding="utf-8") as file:
        file.write(json.dumps(case, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    print(f"noted in {place}; `konato evaluate {place}` reads it")


def _channel(channels: tuple[Channel, ...], name: str) -> Channel:
    for channel in channels:
        if channel.name == name:
            return channel
    raise typer.BadParameter(f"{name!r} is no channel; there are: {', '.join(one.name for one in channels)}")


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"konato: {why}\n")
    raise typer.Exit(1)

"""Tables and marked text for people: coloured on a terminal, plain elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.options import in_utc
from flows.service.health import POOR, Standing
from warehouse.published.tell import Explained

COLOURS: Final = {"healthy": "green", "degraded": "yellow", "broken": "red"}
EXPLAINED: Final = {
    "polls": ("poll", "feed polled_at outcome status items new_items reason"),
    "mentions": ("decision", "item_id track stage alertable reason score event_id why lexicon_version"),
    "evidence": ("evidence", "item_id field term concept language"),
    "events": ("event", "event_id track stage title event_date place reports outlets predecessor merged_into"),
    "sources": ("report", "event_id outlet language url published_at why"),
    "alerts": ("alert", "alert_id event_id change created_at reason"),
    "deliveries": ("delivery", "alert_id channel state attempts sent_at release_at reason"),
    "attempts": ("attempt", "message_id channel attempted_at result status reason"),
    "mutes": ("mute", "event_id until"),
}
"""What is shown of each table that `explain` looks into: its rows' name, their columns."""
UNTOLD: Final[tuple[object, ...]] = (None, "", [])
WIDE: Final = 10_000  # columns off a terminal: nothing is cut where nobody's window is the reason


def console() -> Console:
    """Return where to draw; off a terminal nothing wraps."""
    return Console() if sys.stdout.isatty() else Console(width=WIDE, highlight=False)


def draw_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as a table."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*[Text(show(value)) for value in row])
    console().print(table)


def show(value: object) -> str:
    """Write one value for people; times in UTC to the second, control characters out."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return in_utc(value).isoformat(" ", "seconds").replace("+00:00", "Z")
    if isinstance(value, (list, tuple)):
        return ", ".join(show(part) for part in value)
    return "".join(char if char.isprintable() else " " for char in str(value))


def draw_standing(standing: Standing) -> None:
    """Print how the watch stands."""
    out = console()
    word = str(standing.facts["status"])
    out.print(Text.assemble("konato is ", (word, COLOURS[word])))
    for problem in standing.problems:
        out.print(Text(f"  ! {show(problem)}"))
    health = standing.health
    if health is None:
        return
    cycle, states = health.last_cycle, Counter(str(feed["health"]) for feed in health.feeds)
    facts = {
        "last cycle": f"{show(cycle.started_at)} by {cycle.who}" if cycle else "none",
        "next due": show(health.next_due_at),
        "feeds": ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none",
        "deliveries": ", ".join(f"{count} {state}" for state, count in health.deliveries.items()) or "none",
        "published": f"{show(health.published_at)}, {standing.facts['age_seconds']} s ago, {health.bytes:,} bytes",
        "versions": f"schema {health.schema_version}, lexicon {health.lexicon_version}",
    }
    if page := standing.facts.get("page"):
        facts["prefect"] = str(page)
    for name, fact in facts.items():
        out.print(Text(f"  {name:<11}{fact}"))
    poor = [feed for feed in health.feeds if feed["health"] in (*POOR, "failing")]
    if poor:
        columns = ("feed", "health", "since", "outcome", "reason")
        draw_table(columns, [[feed.get(column) for column in columns] for feed in poor])


def draw_explained(found: Explained) -> None:
    """Print what became of one thing, in the order in which it happened."""
    out, told = console(), {mention["item_id"] for mention in found.mentions}
    for item in found.items:
        out.print(Text(f"item {item['item_id']} · {show(item['outlet'])} · {show(item['language'])}", style="bold"))
        out.print(Text(f"  {show(item['url'])}"))
        out.print(Text(f"  published {show(item['published_at'])} · first seen {show(item['first_seen_at'])}"))
        evidence = [row for row in found.evidence if row["item_id"] == item["item_id"]]
        for field in ("title", "summary", "text"):
            if item.get(field):
                out.print(Text.assemble(f"  {field}: ", _marked(str(item[field]), field, evidence)))
        if item["item_id"] not in told:
            out.print(Text(f"  not relevant: {show(item.get('reason'))}"))
    for name, (kind, columns) in EXPLAINED.items():
        for row in getattr(found, name):
            facts = [f"{column} {show(row[column])}" for column in columns.split() if row.get(column) not in UNTOLD]
            out.print(Text.assemble((f"{kind}: ", "bold"), " · ".join(facts)))


def _marked(text: str, field: str, evidence: Sequence[Mapping[str, object]]) -> Text:
    """Mark evidence in a text: in colour on a terminal, between « and » elsewhere."""
    spans = sorted(
        {(int(str(row["start_offset"])), int(str(row["end_offset"]))) for row in evidence if row["field"] == field}
    )
    marked, at, coloured = Text(), 0, sys.stdout.isatty()
    for start, end in spans:
        if start < at:
            continue
        term = show(text[start:end])
        marked.append(show(text[at:start])).append(term if coloured else f"«{term}»", "bold yellow")
        at = end
    return marked.append(show(text[at:]))

"""Tables and marked text for people: off a terminal nothing is cut or wrapped, no controls; Prometheus's figures."""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flows.service.health import POOR, Verdict
from warehouse.published.tell import Rows

EXPLAINED: Final[dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("explained.toml").read_text("utf-8"))
UNTOLD: Final[tuple[object, ...]] = (None, "", [])
WIDE: Final = 10_000  # columns off a terminal: nothing is cut where nobody's window is the reason
FEED: Final = ("feed", "health", "since", "outcome", "reason")
SHARDS: Final = {
    "feeds": "Feeds of a shard",
    "leased": "Feeds that a poller has now",
    "refused": "Polls that came too late, of all time",
    "idle": "Seconds since a poller was at the shard; none where none ever was",
    "waits": "Seconds that its longest due feed has waited",
}


def draw_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*[Text(show(value)) for value in row])
    Console(width=None if sys.stdout.isatty() else WIDE, highlight=False).print(table)


def show(value: object) -> str:
    """Write one value for people; times in UTC to the second, control characters out."""
    match value:
        case None:
            return ""
        case datetime():
            return in_utc(value).isoformat(" ", "seconds").replace("+00:00", "Z")
        case list() | tuple():
            return ", ".join(map(show, value))
    return "".join(char if char.isprintable() else " " for char in str(value))


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone, or at the ends of the calendar, as it is."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (OverflowError, ValueError):
        return moment


def draw_standing(standing: Verdict) -> None:
    """Print how the watch stands."""
    print(f"konato is {standing.facts['status']}", *(f"  ! {show(one)}" for one in standing.problems), sep="\n")
    health, cluster, page = standing.health, standing.cluster, standing.facts.get("page")
    if health is None:
        return
    cycle, states = health.last_cycle, Counter(str(feed["health"]) for feed in health.feeds)
    facts = {
        "last cycle": f"{show(cycle.started_at)} by {cycle.who}" if cycle else "none",
        "next due": show(health.next_due_at),
        "feeds": _counts(dict(sorted(states.items()))),
        "deliveries": _counts(health.deliveries),
        "published": f"{show(health.published_at)}, {standing.facts['age_seconds']} s ago, {health.bytes:,} bytes",
        "versions": f"schema {health.schema_version}, lexicon {health.lexicon_version}",
        **({"prefect": page} if page else {}),
        **({"batches": f"{cluster.behind:,} to be learned from, {cluster.lag:,.0f} s old"} if cluster else {}),
    }
    print(*(f"  {name:<11}{fact}" for name, fact in facts.items()), sep="\n")
    print(*(f"  {one}\n" for one in (cluster.shards if cluster else ())), sep="", end="")
    if poor := [feed for feed in health.feeds if feed["health"] in (*POOR, "failing")]:
        draw_table(FEED, [[feed.get(column) for column in FEED] for feed in poor])


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"


def explained(found: Mapping[str, Rows]) -> Iterator[str]:
    """Say what became of one thing, in the order in which it happened."""
    told = {mention["item_id"] for mention in found["mentions"]}
    for item in found["items"]:
        yield f"item {item['item_id']} · {show(item['outlet'])} · {show(item['language'])}"
        yield f"  {show(item['url'])}"
        yield f"  published {show(item['published_at'])} · first seen {show(item['first_seen_at'])}"
        for field in ("title", "summary", "text"):
            if text := item.get(field):
                mine = [row for row in found["evidence"] if (row["item_id"], row["field"]) == (item["item_id"], field)]
                yield f"  {field}: {marked(str(text), [(row['start_offset'], row['end_offset']) for row in mine])}"
        if item["item_id"] not in told:
            yield f"  not relevant: {show(item.get('reason'))}"
    for name, (kind, columns) in EXPLAINED.items():
        for row in found[name]:
            facts = [f"{column} {show(row[column])}" for column in columns.split() if row.get(column) not in UNTOLD]
            yield f"{kind}: {' · '.join(facts)}"


def marked(text: str, spans: Iterable[tuple[object, object]]) -> str:
    """Mark evidence in a text, between « and »; of two spans that overlap the first."""
    found, at = "", 0
    for start, end in sorted({(int(str(start)), int(str(end))) for start, end in spans}):
        if start >= at:
            found, at = f"{found}{show(text[at:start])}«{show(text[start:end])}»", end
    return found + show(text[at:])


def metrics(standing: Verdict) -> str:
    """Return the figures in Prometheus's text format, for node-exporter; what is not known is left out."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    for name, text, label, values in _figures(standing):
        if known := {key: value for key, value in values.items() if value is not None}:
            gauge = Gauge(f"konato_{name}", text, [label] if label else [], registry=registry)
            for key, value in known.items():
                number = value.timestamp() if isinstance(value, datetime) else value
                (gauge.labels(key) if label else gauge).set(number)
    return generate_latest(registry).decode()


def _figures(standing: Verdict) -> Iterator[tuple[str, str, str, Mapping[str, float | datetime | None]]]:
    """Yield each figure: its name, what it means, and its values by a label, which is "" for a single one."""
    yield "status", "0 healthy, 1 degraded, 3 broken", "", {"": standing.code}
    yield "problems", "What is wrong, counted", "", {"": len(standing.problems)}
    if cluster := standing.cluster:
        yield "batches_behind", "Batches of pollers to be learned from", "", {"": cluster.behind}
        yield "batches_lag_seconds", "Age of the first of them", "", {"": cluster.lag}
        for name, text in SHARDS.items():
            yield f"shard_{name}", text, "shard", {str(one.shard): getattr(one, name) for one in cluster.shards}
    if (health := standing.health) is None:
        return
    cycle, waits = health.last_cycle, dict(zip(("0.5", "0.95"), health.time_to_alert, strict=True))
    outcomes = Counter(str(feed["outcome"]) for feed in health.feeds if feed["outcome"])
    yield "cycle_last_timestamp_seconds", "When the last cycle ended", "", {"": cycle.finished_at if cycle else None}
    yield "published_timestamp_seconds", "When the copy was published", "", {"": health.published_at}
    yield "next_due_timestamp_seconds", "When the next feed is due", "", {"": health.next_due_at}
    yield "archive_bytes", "Size of the published copy with its archive", "", {"": health.bytes}
    yield "feeds", "Enabled feeds", "health", Counter(str(feed["health"]) for feed in health.feeds)
    yield "feeds_polled", "Enabled feeds by how their last poll ended", "outcome", outcomes
    yield "deliveries", "Deliveries of all time", "state", health.deliveries
    yield "lexicon", "Always 1: the version stands in the label", "version", {health.lexicon_version: 1}
    yield "time_to_alert_seconds", "From publication to sending", "quantile", waits

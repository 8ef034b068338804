"""`konato status --format prometheus`: how the watch stands, for node-exporter's textfile collector."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from flows.service.health import Verdict

SHARDS: Final = {
    "feeds": "Feeds of a shard",
    "leased": "Feeds that a poller has now",
    "refused": "Polls that came too late, of all time",
    "idle": "Seconds since a poller was at the shard; none where none ever was",
    "waits": "Seconds that its longest due feed has waited",
}


def metrics(standing: Verdict) -> str:
    """Return the figures in Prometheus's text format; what is not known is left out."""
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

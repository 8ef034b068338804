"""`konato status --format prometheus`: how the watch stands, for node-exporter's textfile collector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from flows.service.health import Verdict
from warehouse.published.tell import Health


def metrics(standing: Verdict) -> str:
    """Return the figures in Prometheus's text format; what is not known is left out."""
    registry = CollectorRegistry()
    Gauge("konato_status", "0 healthy, 1 degraded, 3 broken", registry=registry).set(standing.code)
    Gauge("konato_problems", "What is wrong, counted", registry=registry).set(len(standing.problems))
    for name, text, value in _single(standing.health) if standing.health else ():
        if value is not None:
            number = value.timestamp() if isinstance(value, datetime) else value
            Gauge(f"konato_{name}", text, registry=registry).set(number)
    for name, text, label, values in _labelled(standing.health) if standing.health else ():
        gauge = Gauge(f"konato_{name}", text, [label], registry=registry)
        for key, number in values.items():
            gauge.labels(key).set(number)
    return generate_latest(registry).decode()


def _single(health: Health) -> Iterator[tuple[str, str, float | datetime | None]]:
    cycle = health.last_cycle
    yield "cycle_last_timestamp_seconds", "When the last cycle ended", cycle.finished_at if cycle else None
    yield "published_timestamp_seconds", "When the copy was published", health.published_at
    yield "next_due_timestamp_seconds", "When the next feed is due", health.next_due_at
    yield "archive_bytes", "Size of the published copy with its archive", health.bytes


def _labelled(health: Health) -> Iterator[tuple[str, str, str, Mapping[str, float]]]:
    outcomes = Counter(str(feed["outcome"]) for feed in health.feeds if feed["outcome"])
    waits = zip(("0.5", "0.95"), health.time_to_alert, strict=True)
    yield "feeds", "Enabled feeds", "health", Counter(str(feed["health"]) for feed in health.feeds)
    yield "feeds_polled", "Enabled feeds by how their last poll ended", "outcome", outcomes
    yield "deliveries", "Deliveries of all time", "state", health.deliveries
    yield "lexicon", "Always 1: the version stands in the label", "version", {health.lexicon_version: 1}
    known = {quantile: seconds for quantile, seconds in waits if seconds is not None}
    yield "time_to_alert_seconds", "From publication to sending", "quantile", known

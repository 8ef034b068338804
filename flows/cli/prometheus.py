"""`konato status --format prometheus`: how the watch stands, for node-exporter's textfile collector."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from flows.service.health import Standing


def metrics(standing: Standing) -> str:
    """Return the figures in Prometheus's text format; what is not known is left out."""
    found, health = _Gauges(), standing.health
    found.add("konato_status", "How the watch stands: 0 healthy, 1 degraded, 3 broken", standing.code)
    found.add("konato_problems", "What is wrong, counted", len(standing.problems))
    if health:
        cycle = health.last_cycle
        found.add(
            "konato_cycle_last_timestamp_seconds", "When the last cycle ended", cycle.finished_at if cycle else None
        )
        found.add("konato_published_timestamp_seconds", "When the copy was published", health.published_at)
        found.add("konato_next_due_timestamp_seconds", "When the next feed is due", health.next_due_at)
        found.add("konato_archive_bytes", "Size of the published copy with its archive", health.bytes)
        feeds = Count(str(feed["health"]) for feed in health.feeds)
        found.add_each("konato_feeds", "Enabled feeds", "health", feeds)
        outcomes = Count(str(feed["outcome"]) for feed in health.feeds if feed["outcome"])
        found.add_each("konato_feeds_polled", "Enabled feeds by how their last poll ended", "outcome", outcomes)
        found.add_each("konato_deliveries", "Deliveries of all time", "state", health.deliveries)
        versions = {f"schema {health.schema_version}, lexicon {health.lexicon_version}": 1}
        found.add_each("konato_versions", "Always 1: what stands in the label", "versions", versions)
        waits = standing.facts.get("time_to_alert")
        if isinstance(waits, Mapping):
            seconds = {str(key).replace("p", "0."): value for key, value in waits.items() if value is not None}
            found.add_each("konato_time_to_alert_seconds", "From publication to sending", "quantile", seconds)
    return generate_latest(found.registry).decode()


class _Gauges:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()

    def add(self, name: str, text: str, value: float | datetime | None) -> None:
        if value is not None:
            number = value.timestamp() if isinstance(value, datetime) else value
            Gauge(name, text, registry=self.registry).set(number)

    def add_each(self, name: str, text: str, label: str, values: Mapping[str, float]) -> None:
        gauge = Gauge(name, text, [label], registry=self.registry)
        for key, value in values.items():
            gauge.labels(key).set(value)

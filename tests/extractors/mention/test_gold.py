"""The labelled cases beside the project, where there are any: quality may not fall unnoticed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.mention.describe import describe
from extractors.words.lexicon import load
from tests.builders import item

ROOT = Path(__file__).resolve().parents[3]
GOLD = ROOT / "../shared/gold/dev.jsonl"
LEXICON = load(ROOT / "config" / "lexicon")


def published(raw: str | None) -> datetime | None:
    if raw is None:
        return None
    return datetime.fromisoformat({4: f"{raw}-01-01", 7: f"{raw}-01"}.get(len(raw), raw)).replace(tzinfo=UTC)


def rates(pairs: list[tuple[bool, bool]]) -> tuple[float, float]:
    hits = sum(wanted and got for wanted, got in pairs)
    return hits / sum(got for _, got in pairs), hits / sum(wanted for wanted, _ in pairs)


@pytest.mark.skipif(not GOLD.is_file(), reason="the labelled cases are not part of the project")
def test_detection_on_the_labelled_cases() -> None:
    relevant, alert = [], []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        when = published(case["published"])
        says = describe(
            item(title=case["title"], summary=case["summary"], language=case["language"], published_at=when), LEXICON
        )
        relevant.append((case["relevant"], isinstance(says, tuple)))
        alert.append((case["alert"], isinstance(says, tuple) and any(one.alertable for one in says)))
    precision, recall = rates(relevant)
    assert 2 * precision * recall / (precision + recall) >= 0.95
    precision, recall = rates(alert)
    assert precision >= 0.95
    assert recall >= 0.95

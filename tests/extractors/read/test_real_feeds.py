"""Malformed feeds of others, read from beside the repository; skipped where they are not."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.read.feed import parse
from extractors.read.items import items
from tests.builders import feed

SHARED = Path(__file__).resolve().parents[3] / "../shared"
MALFORMED = SHARED / "malformed-feeds"
PAPER = feed(url="https://www.paper.example/rss", language="ko", timezone="Asia/Seoul")
MORNING = datetime(2022, 8, 1, 12, tzinfo=UTC)  # their dates lost the +09:00 and look nine hours late
needs_malformed = pytest.mark.skipif(not MALFORMED.is_dir(), reason="the malformed feeds are not on this machine")


@needs_malformed
def test_every_malformed_feed_ends_in_entries_or_an_outcome() -> None:
    outcomes = {}
    for path in sorted(MALFORMED.rglob("*.xml")):
        body = path.read_bytes()
        header = re.search(rb"Content-type:\s*([^\r\n]*)", body)
        begun = time.process_time()
        parsed = parse(body, header.group(1).decode() if header else "", PAPER, max_entries=5_000)
        items(parsed.entries, PAPER, now=MORNING, first_run=True)
        assert time.process_time() - begun < 1
        assert parsed.problem or parsed.entries
        outcomes[path.relative_to(MALFORMED).as_posix()] = str(parsed.problem)
    # Only what says nothing of its encoding and is not Korean is left undecoded.
    undecodable = {name for name, outcome in outcomes.items() if outcome == "undecodable"}
    assert all(name.startswith("illformed/chardet/") for name in undecodable), undecodable
    assert "illformed/chardet/euckr.xml" not in undecodable

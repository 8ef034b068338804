"""Recorded feeds of others, read from beside the repository; skipped where they are not."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.model import Item
from extractors.read.feed import parse
from extractors.read.items import items
from tests.builders import feed

SHARED = Path(__file__).resolve().parents[3] / "../shared"
DAILIES = SHARED / "real-feeds/korean-dailies-2022-08-01"
POLLS = SHARED / "real-feeds/yonhap-polls"
FLIP = SHARED / "real-feeds/yonhap-link-flip"
MALFORMED = SHARED / "malformed-feeds"
PAPER = feed(url="https://www.paper.example/rss", language="ko", timezone="Asia/Seoul")
MORNING = datetime(2022, 8, 1, 12, tzinfo=UTC)  # their dates lost the +09:00 and look nine hours late
ARTICLES = {
    "chosun": 796, "donga": 516, "hani": 273, "joongang": 208, "khan": 213, "kmib": 73, "newsis": 153, "segye": 162,
    "seoul": 147, "tongilnews": 138,
}  # fmt: skip

needs_recordings = pytest.mark.skipif(not DAILIES.is_dir(), reason="the recorded feeds are not on this machine")
needs_malformed = pytest.mark.skipif(not MALFORMED.is_dir(), reason="the malformed feeds are not on this machine")


def read(path: Path, now: datetime = MORNING) -> tuple[Item, ...]:
    parsed = parse(path.read_bytes(), "text/xml", PAPER, max_entries=5_000)
    assert parsed.problem is None, parsed.reason
    return items(parsed.entries, PAPER, now=now, first_run=False)


@needs_recordings
@pytest.mark.parametrize(("paper", "count"), ARTICLES.items())
def test_every_article_of_the_dailies_once(paper: str, count: int) -> None:
    found = read(DAILIES / f"{paper}.xml")
    assert len(found) == count
    assert all(item.title and item.url and item.published_at and "\ufffd" not in item.title for item in found)
    assert not any(re.search(r"&#?\w+;|</?\w+>|[\u200b\u202a-\u202e]", item.title) for item in found)


@needs_recordings
def test_sixty_polls_bring_each_article_once() -> None:
    keys: set[int] = set()
    ids: set[str] = set()
    for path in sorted(POLLS.glob("*.xml")):
        keys |= {item.key for item in read(path, datetime(2025, 2, 1, tzinfo=UTC))}
        ids |= set(re.findall(r"/(A[A-Z]{2}\d+)\?", path.read_text()))
    assert len(keys) == len(ids) == 189


@needs_recordings
def test_flipped_links_bring_only_what_is_new() -> None:
    before, after = (next(FLIP.glob(f"{name}*.xml")) for name in ("before", "after"))
    old, new = ({item.key for item in read(path, datetime(2024, 7, 1, tzinfo=UTC))} for path in (before, after))
    old_ids, new_ids = (set(re.findall(r"<guid>(\w+)", path.read_text())) for path in (before, after))
    assert (len(new - old), len(new & old)) == (len(new_ids - old_ids), len(new_ids & old_ids))
    assert new & old


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

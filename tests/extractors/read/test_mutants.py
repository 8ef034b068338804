"""Thousands of damaged variants of our own feeds: each ends in entries or in a named outcome, soon."""

import random
import re
import time
from pathlib import Path

import pytest

from extractors.model import OutcomeKind, Parsed
from extractors.read.feed import body_hash, parse
from extractors.read.items import items
from tests.builders import NOW, feed
from tests.extractors.read.samples import BODIES

CODECS = ("utf-8", "cp949", "utf-16", "utf-32-be", "shift_jis", "latin-1", "koi8-r", "cp037", "utf-8-sig")
LABELS = (b"euc-kr", b"utf-16", b"shift_jis", b"bogus", b"hz", b"utf-7", b"iso-2022-kr", b"us-ascii", b"x" * 300)
HEADERS = (
    "", "text/xml", "text/xml; charset=euc-kr", "application/xml; charset=utf-16", "text/html; charset=ISO-8859-1", "; charset=", "charset=hz"
)  # fmt: skip
TAGS = (b"<item>", b"</item>", b"<entry>", b"</channel>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"&a;", b"&#0;", b"&#x110000;", b"&nbsp",
        b"<title", b"<link href='", b"<?xml encoding='utf-16'?>", b"<rss>", b"<feed>", b"\x00", b"\xff\xfe", b"\x1b$)C", b"<x:y>", b"<div xmlns='urn:a'>", b"{", b"]")  # fmt: skip
SECONDS = 1.0
MALFORMED = Path(__file__).resolve().parents[3] / "../shared/malformed-feeds"  # of others, not kept here


def mutant(body: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 4, 9))):
        at = rng.randrange(len(body) + 1)
        to = min(len(body), at + rng.randrange(1, 60))
        match rng.randrange(8):
            case 0:  # bits
                data = bytearray(body)
                for _ in range(rng.randrange(1, 20)):
                    if data:
                        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                body = bytes(data)
            case 1:  # cuts
                body = body[:at] if rng.random() < 0.5 else body[at:]
            case 2:
                body = body[:at] + body[to:]
            case 3:  # pieces twice and elsewhere
                body = body[:to] + body[at:to] * rng.randrange(1, 5) + body[at:]
            case 4 | 5:  # tags
                body = body[:at] + rng.choice(TAGS) * rng.choice((1, 1, 1, 50)) + body[at:]
            case 6:  # declarations
                body = body.replace(b"utf-8", rng.choice(LABELS)).replace(b"euc-kr", rng.choice(LABELS))
            case _:  # encodings
                body = body.decode("utf-8", "replace").encode(rng.choice(CODECS), "replace")
    return body


def read(body: bytes, header: str, kind: str) -> Parsed:
    source = feed(kind=kind, url="https://www.example.org/feed")
    parsed = parse(body, header, source, max_entries=500)
    body_hash(body)
    found = items(parsed.entries, source, now=NOW, first_run=False)
    assert bool(parsed.entries) == bool(found)
    assert len({item.key for item in found}) == len(found)
    for item in found:
        assert item.url.startswith(("http://", "https://")) or not item.url
    return parsed


def run(count: int, seed: int) -> dict[OutcomeKind | None, int]:
    rng, seen = random.Random(seed), dict[OutcomeKind | None, int]()
    names = sorted(BODIES)
    for number in range(count):
        name = names[number % len(names)]
        body = mutant(BODIES[name][0], rng)
        header = rng.choice((BODIES[name][1], *HEADERS))
        begun = time.process_time()
        try:
            parsed = read(body, header, "nato-json" if name == "nato" else "feed")
        except Exception as error:
            pytest.fail(f"mutant {number} of seed {seed} ({name}, {header!r}) raised {error!r}: {body!r}")
        assert time.process_time() - begun < SECONDS, f"mutant {number} of seed {seed} ({name}) took too long: {body!r}"
        assert parsed.problem is not None or parsed.entries
        assert parsed.problem is None or parsed.reason
        seen[parsed.problem] = seen.get(parsed.problem, 0) + 1
    return seen


def test_seven_hundred_mutants() -> None:
    seen = run(700, seed=1)
    assert seen[None] > 200  # damage does not usually cost the feed
    assert {OutcomeKind.EMPTY, OutcomeKind.NOT_A_FEED, OutcomeKind.UNDECODABLE} <= set(seen)


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("seed", range(2, 102))
def test_a_million_mutants(seed: int) -> None:
    assert run(10_000, seed)[None] > 2_500


@pytest.mark.skipif(not MALFORMED.is_dir(), reason="the malformed feeds are not on this machine")
def test_every_malformed_feed_ends_in_entries_or_an_outcome() -> None:
    outcomes = {}
    for path in sorted(MALFORMED.rglob("*.xml")):
        body = path.read_bytes()
        header = re.search(rb"Content-type:\s*([^\r\n]*)", body)
        begun = time.process_time()
        parsed = parse(
            body,
            header.group(1).decode() if header else "",
            feed(language="ko", timezone="Asia/Seoul"),
            max_entries=5_000,
        )
        items(parsed.entries, feed(language="ko", timezone="Asia/Seoul"), now=NOW, first_run=True)
        assert time.process_time() - begun < 1
        assert parsed.problem or parsed.entries
        outcomes[path.relative_to(MALFORMED).as_posix()] = str(parsed.problem)
    # Only what says nothing of its encoding and is not Korean is left undecoded.
    undecodable = {name for name, outcome in outcomes.items() if outcome == "undecodable"}
    assert all(name.startswith("illformed/chardet/") for name in undecodable), undecodable
    assert "illformed/chardet/euckr.xml" not in undecodable

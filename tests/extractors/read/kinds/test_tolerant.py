from __future__ import annotations

import time

import pytest

from extractors.read.kinds import tolerant
from tests.extractors.read.samples import RSS, read, rss

MALFORMED = rss("<item><title>A & B</title><link>https://x.kr/1</link></item>")


def test_what_is_large_or_odd_is_read_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = tolerant.read(MALFORMED)
    assert here == tolerant.by_feedparser(MALFORMED)
    for bound in ("SMALL", "PLAIN"):
        with monkeypatch.context() as patch:
            patch.setattr(tolerant, bound, -1)
            patch.setattr(tolerant, "by_feedparser", None)
            assert tolerant.read(MALFORMED) == here


@pytest.mark.parametrize("child", ["raise SystemExit(1)", "import time; time.sleep(60)", "print(1)", "import os; os.kill(os.getpid(), 9)"])  # fmt: skip
def test_x1_a_process_that_dies_or_hangs_costs_nothing_of_our_own_reading(
    monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    for name, value in (("SMALL", 0), ("SECONDS", 0.5), ("_CHILD", child)):
        monkeypatch.setattr(tolerant, name, value)
    begun = time.monotonic()
    assert tolerant.read(MALFORMED) is None
    assert [entry.title for entry in read(MALFORMED).entries] == ["A & B"]
    assert time.monotonic() - begun < 10


def test_a_library_that_raises_costs_nothing_of_our_own_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("feedparser.parse", broken)
    assert len(read(RSS.replace("&amp;", "&")).entries) == 2


def test_the_fuller_reading_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = rss(
        "<item><title>One</title><link>https://x.kr/1</link></item><item><title>Two</title><description><![CDATA[An act"
    )
    cut = cut.removesuffix("</channel></rss>")
    assert [(entry.title, entry.summary) for entry in read(cut).entries] == [("One", ""), ("Two", "An act")]
    fuller = tolerant.by_feedparser(
        rss("<item><title>One</title><link>https://x.kr/1</link><description>D</description></item>" * 3)
    )
    monkeypatch.setattr(tolerant, "by_feedparser", lambda _: fuller)
    assert [entry.summary for entry in read(cut).entries] == ["D"] * 3

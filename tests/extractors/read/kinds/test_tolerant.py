import pytest

from extractors.read.kinds import tolerant
from tests.builders import raising
from tests.extractors.read.samples import RSS, read, rss

MALFORMED = rss("<item><title>A & B</title><link>https://x.kr/1</link></item>")


def test_x1_what_is_large_or_odd_is_read_by_our_own_scan_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tolerant.read(MALFORMED) == tolerant.by_feedparser(MALFORMED)
    for bound in ("SMALL", "PLAIN"):
        with monkeypatch.context() as patch:
            patch.setattr(tolerant, bound, -1)
            assert tolerant.read(MALFORMED) is None
            assert [entry.title for entry in read(MALFORMED).entries] == ["A & B"]


def test_a_library_that_raises_costs_nothing_of_our_own_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedparser.parse", raising(RuntimeError))
    assert len(read(RSS.replace("&amp;", "&")).entries) == 2


def test_the_fuller_reading_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    items = ("<title>One</title><link>https://x.kr/1</link></item>", "<title>Two</title><description><![CDATA[An act")
    cut = rss("".join(f"<item>{one}" for one in items))
    cut = cut.removesuffix("</channel></rss>")
    assert [(entry.title, entry.summary) for entry in read(cut).entries] == [("One", ""), ("Two", "An act")]
    one = "<item><title>One</title><link>https://x.kr/1</link><description>D</description></item>"
    fuller = tolerant.by_feedparser(rss(one * 3))
    monkeypatch.setattr(tolerant, "by_feedparser", lambda _: fuller)
    assert [entry.summary for entry in read(cut).entries] == ["D"] * 3

from __future__ import annotations

from datetime import timedelta

import pytest

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import MAX_FIELD, begin
from extractors.read.kinds import rss as module
from extractors.read.kinds import wellformed
from tests.extractors.read.samples import ARC, ATOM, CMS, FEED, RDF, RSS, read, rss


def test_rss() -> None:
    parsed = read(RSS)
    assert parsed.problem is None
    assert parsed.ttl == timedelta(minutes=15)
    assert parsed.entries == (
        Entry(
            title="Seoul and the alliance agree on a talks body",
            link="https://www.harbour.example/news/1?utm_source=rss",
            guid="https://www.harbour.example/?p=101",
            summary='Officials & industry, "director-general level" …',
            published_raw="Thu, 26 Jun 2025 10:00:00 KST",
            source_title="Wire",
            source_url="https://www.wire.example",
        ),
        Entry(
            title="Ferry timetable <b>changes</b>",
            link="https://www.harbour.example/news/2",
            summary="<p>From Monday.</p>",
            published_raw="2025-06-26T01:30:00Z",
        ),
    )


def test_arc_keeps_its_text_in_content_encoded() -> None:
    (entry,) = read(ARC).entries
    assert entry.title == "한-나토, 방산 협의체 만든다"
    assert entry.summary == "<p>국가안보실장은 &lsquo;합의&rsquo;라고 했다.</p>"


@pytest.mark.parametrize("label", ["euc-kr", "ks_c_5601-1987"])
@pytest.mark.parametrize("codec", ["cp949", "utf-8"])
@pytest.mark.parametrize(
    "header",
    ["text/xml", "text/xml; charset=utf-8", "text/xml; charset=euc-kr", "application/rss+xml; charset=ISO-8859-1"],
)
def test_korean_content_systems(label: str, codec: str, header: str) -> None:
    parsed = read(CMS.replace("euc-kr", label).encode(codec), header)
    assert [entry.title for entry in parsed.entries] == ["[인사] 똠방군청", "&#8216;방산&#8217; 협의 <표>"]
    assert parsed.entries[0].summary == "전보 펲시"
    assert parsed.reason == ""


def test_r10_atom() -> None:
    one, two = read(ATOM).entries
    assert one == Entry(
        title="Minister &amp; envoy meet", link="https://www.ministry.example/1", guid="tag:ministry.example,2025:1", summary="Talks.",
        published_raw="2025-06-26T00:30:00+01:00", updated_raw="2025-06-26T02:00:00Z",
    )  # fmt: skip
    assert (two.link, two.summary, two.published_raw, two.source_title) == (
        "https://feeds.example/2",
        "<p>Body</p>",
        "2025-06-26T01:00:00Z",
        "Elsewhere",
    )


def test_rdf() -> None:
    assert [(entry.title, entry.link, entry.guid) for entry in read(RDF).entries] == [
        ("A thing", "https://rdf.example/a", "https://rdf.example/a"),
        ("Another", "https://rdf.example/b", "https://rdf.example/b"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        rss("<item><title>A &nbsp; B & C</title><link>https://x.kr/1?a=1&b=2</link></item>"),
        rss(
            "<item><title>A\x0b B &#0;&#x1F;&#55296;&#x110000;&#99999999999; C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>"
        ),
        "\n\n <!-- late --> <?xml version='1.0' encoding='utf-8'?>"
        + rss("<item><title>A B C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>"),
        "<br />\n<b>Warning</b>: mail() in x.php\n"
        + rss("<item><title>A B C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>"),
        rss("<item><title>A B C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>").replace(
            "</channel></rss>", "<item><title>cu"
        ),
        rss("<item><title>A B C</title><link>https://x.kr/1?a=1&amp;b=2</link><itunes:x>undeclared</itunes:x></item>"),
        '<!DOCTYPE rss [<!ENTITY x "A B C">]>'
        + rss("<item><title>A B C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>"),
    ],
)
def test_malformed_feeds_keep_their_entries(text: str) -> None:
    first = read(text).entries[0]
    assert (
        "".join(first.title.split()).replace("\xa0", "").replace("&nbsp;", "").replace("&", "").replace("amp;", "")
        == "ABC"
    )
    assert first.link == "https://x.kr/1?a=1&b=2"


def test_damage_is_said() -> None:
    assert read(rss("<item><title>A & B</title></item>")).reason == "malformed, read tolerantly"
    assert (
        "1 undecodable characters replaced"
        in read(rss("<item><title>caf\xe9 한</title></item>").encode().replace("é".encode(), b"\xff")).reason
    )
    parsed = read(rss(f"<item><title>{'x' * (MAX_FIELD + 5)}</title></item><item><title>y</title></item>"))
    assert (len(parsed.entries[0].title), parsed.entries[1].title) == (MAX_FIELD, "y")
    assert parsed.reason == "1 entries with an overlong field cut"
    assert read(rss(f"<item><title>t</title><link>https://x.kr/{'a' * MAX_FIELD}</link></item>")).entries[0].link == ""


def test_a_bomb_is_no_more_than_text() -> None:
    bomb = (
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    external = '<!DOCTYPE r [<!ENTITY i SYSTEM "file:///etc/hostname">]>'
    for doctype in (bomb, external):
        parsed = read(doctype + rss("<item><title>x &i; y</title></item>"))
        assert sum(len(entry.title) for entry in parsed.entries) < 1_000


def test_large_bodies_are_left_to_whoever_has_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 100)
    assert isinstance(begin(RSS.encode(), "", FEED, max_entries=100), str)
    assert len(read(RSS).entries) == 2
    assert read(RSS.replace("&amp;", "&")).reason == "malformed, read tolerantly"


def test_a_parser_that_raises_costs_its_feed_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(wellformed, "read", broken)
    assert read(RSS).problem is OutcomeKind.NOT_A_FEED
    monkeypatch.undo()
    monkeypatch.setattr("feedparser.parse", broken)
    parsed = read(RSS.replace("&amp;", "&"))
    assert (parsed.problem, parsed.reason[:27]) == (OutcomeKind.NOT_A_FEED, "unreadable (RuntimeError): ")

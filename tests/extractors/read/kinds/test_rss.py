from datetime import timedelta

import pytest

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import MAX_LINK
from extractors.read.kinds.registry import KINDS
from tests.extractors.read.samples import ARC, ATOM, CMS, RDF, RSS, read, rss
from tests.table import table


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
            link="https://feeds.example/news/2",
            summary="<p>From Monday.</p>",
            published_raw="2025-06-26T01:30:00Z",
        ),
    )


def test_arc_keeps_its_text_in_content_encoded() -> None:
    (entry,) = read(ARC).entries
    assert entry.title == "한-나토, 방산 협의체 만든다"
    assert entry.summary == "<p>국가안보실장은 &lsquo;합의&rsquo;라고 했다.</p>"
    caption = "<media:content url='a.jpg'><media:description>대통령실 사진</media:description></media:content></item>"
    assert read(ARC.replace("</item>", caption)).entries == (entry,)


@pytest.mark.parametrize("label", ["euc-kr", "ks_c_5601-1987"])
@pytest.mark.parametrize("codec", ["cp949", "utf-8"])
@table("header")
def test_korean_content_systems(label: str, codec: str, header: str) -> None:
    parsed = read(CMS.replace("euc-kr", label).encode(codec), header)
    assert [entry.title for entry in parsed.entries] == ["[인사] 똠방군청", "&#8216;방산&#8217; 협의 <표>"]
    assert parsed.entries[0].summary == "전보 펲시"
    assert parsed.reason == ""


def test_r10_atom() -> None:
    one, two = read(ATOM).entries
    assert one == Entry(
        title="Minister &amp; envoy meet", link="https://www.ministry.example/1", guid="tag:ministry.example,2025:1", summary="Talks.",
        published_raw="2025-06-26T00:30:00+01:00", updated_raw="2025-06-26T02:00:00Z"
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


def test_damage_is_said() -> None:
    said: dict[str, str | bytes] = {
        "1 elements without an end": "<item><title>A</title><link>https://x.kr/1</item>",
        "1 undecodable characters replaced": b"<item><title>caf\xed\x95 \xed\x95\x9c</title></item>",
        "1 entries without title and link left out": "<item><title>A</title></item><item><description>B</description></item>",
    }
    for reason, written in said.items():
        parsed = read(rss("{}").encode().replace(b"{}", written if isinstance(written, bytes) else written.encode()))
        assert (len(parsed.entries), parsed.reason) == (1, reason)
    assert read(rss(f"<item><title>t</title><link>https://x.kr/{'a' * MAX_LINK}</link></item>")).entries[0].link == ""


def test_a_reader_that_raises_costs_its_feed_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(KINDS, "feed", broken)
    parsed = read(RSS)
    assert (parsed.problem, parsed.reason[:27]) == (OutcomeKind.NOT_A_FEED, "unreadable (RuntimeError): ")


@table("base, link")
def test_r10_relative_links_have_a_base(base: str, link: str) -> None:
    assert read(f"{base}<title>t</title><link href='1'/></entry></feed>").entries[0].link == link
    own = "<feed><entry xml:base='https://c.kr/y/'><title>t</title><link xml:base='z/' href='1'/></entry></feed>"
    assert read(own).entries[0].link == "https://c.kr/y/z/1"


@pytest.mark.parametrize(
    "name",
    [
        "media:text",
        "itunes:subtitle",
        "dcterms:abstract",
        "media:description",
        "itunes:summary",
        "abstract",
        "xhtml:body",
        "excerpt:encoded",
    ],
)
def test_r7_whatever_says_what_the_entry_is_about_is_its_lead(name: str) -> None:
    told = f"<item><title>t</title><{name}>Told.</{name}></item>"
    assert read(rss(told)).entries[0].summary == "Told."
    assert read(rss(told.replace("</item>", "<description>More.</description></item>"))).entries[0].summary == "More."


@table("written, said")
def test_r7_rarer_forms(written: str, said: str) -> None:
    (entry,) = read(written).entries
    assert (entry.title, entry.link, entry.published_raw) == (said, "https://x.kr/1", "2025-06-25")

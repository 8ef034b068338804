from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Entry, Fetched, OutcomeKind, Parsed
from extractors.read import rss as module
from extractors.read import wellformed
from extractors.read.decode import decode
from extractors.read.feed import MAX_FIELD, begin, body_hash, looked_at, parse, tolerate
from extractors.read.items import items
from extractors.read.rss import MAX_TAGS, MAX_TEXT
from tests.builders import NOW, feed
from tests.extractors.read.samples import ARC, ATOM, BODIES, CMS, HOME, NATO, RDF, RSS, WALL

FEED = feed(url="https://feeds.example/all.xml")


def read(body: str | bytes, content_type: str = "", most: int = 100, kind: str = "feed") -> Parsed:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, content_type, feed(url=FEED.url, kind=kind), max_entries=most)


def rss(items: str, channel: str = "") -> str:
    return f'<rss version="2.0"><channel><title>c</title>{channel}{items}</channel></rss>'


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


def test_atom() -> None:
    one, two = read(ATOM).entries
    assert one == Entry(
        title="Minister &amp; envoy meet", link="https://www.ministry.example/1", guid="tag:ministry.example,2025:1", summary="Talks.",
        published_raw="2025-06-26T00:30:00+01:00",
    )  # fmt: skip
    assert (two.link, two.summary, two.published_raw, two.source_title) == (
        "https://www.ministry.example/2",
        "<p>Body</p>",
        "2025-06-26T01:00:00Z",
        "Elsewhere",
    )


def test_rdf() -> None:
    assert [(entry.title, entry.link, entry.guid) for entry in read(RDF).entries] == [
        ("A thing", "https://rdf.example/a", "https://rdf.example/a"),
        ("Another", "https://rdf.example/b", "https://rdf.example/b"),
    ]


def test_nato() -> None:
    parsed = parse(
        NATO.encode(),
        "application/json",
        feed(url="https://www.nato.example/search.json", kind="nato-json"),
        max_entries=9,
    )
    assert [(entry.title, entry.link, entry.published_raw) for entry in parsed.entries] == [
        ("Secretary General meets envoy", "https://www.nato.example/en/news/1.html", "2025-06-26T08:00:00.000+0000"),
        ("Statement", "https://www.nato.example/en/news/2.html", "2025-06-26T07:30:00+00:00"),
    ]


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", OutcomeKind.EMPTY, "no bytes"),
        (b" \r\n\0", OutcomeKind.EMPTY, "no bytes"),
        (rss("").encode(), OutcomeKind.EMPTY, "a feed without entries"),
        (
            rss("<item><description>x</description></item>").encode(),
            OutcomeKind.EMPTY,
            "1 entries without title and link left out",
        ),
        (
            b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>',
            OutcomeKind.EMPTY,
            "a feed without entries",
        ),
        (HOME.encode(), OutcomeKind.NOT_A_FEED, "an HTML page titled “The Harbour Post – home”"),
        (b"<html><body>hello</body></html>", OutcomeKind.NOT_A_FEED, "an HTML page without a title"),
        (b'{"items": []}', OutcomeKind.NOT_A_FEED, "JSON that begins “{"),
        (b"hello", OutcomeKind.NOT_A_FEED, "text that begins “hello”"),
        (b"<urlset><url/></urlset>", OutcomeKind.NOT_A_FEED, "XML that begins “<urlset>"),
        (b"%PDF-1.7 \x01\x02", OutcomeKind.NOT_A_FEED, "the body is a PDF file"),
        (
            b"<html><head><title>x</title></head><body><item></body></html>",
            OutcomeKind.NOT_A_FEED,
            "an HTML page titled “x”",
        ),
        (WALL.encode(), OutcomeKind.BLOCKED, "an HTML page titled “Just a moment...”"),
        (
            b"<html><head><title>Access Denied</title></head><body>Reference #18.2 https://errors.edgesuite.net/18</body></html>",
            OutcomeKind.BLOCKED,
            "Access Denied",
        ),
        (
            b'<html><body><iframe src="/_Incapsula_Resource?x">Incapsula incident ID: 1</iframe></body></html>',
            OutcomeKind.BLOCKED,
            "Incapsula",
        ),
        (b"<html><title>DDOS-GUARD</title></html>", OutcomeKind.BLOCKED, "DDOS-GUARD"),
        (
            "<html><body>비정상적인 접근이 감지되어 접속이 차단되었습니다.</body></html>".encode("cp949"),
            OutcomeKind.BLOCKED,
            "비정상적인 접근",
        ),
        (b'<html><body><div class="g-recaptcha"></div></body></html>', OutcomeKind.BLOCKED, "captcha"),
        ("韓国とNATOの防衛協議の発表".encode("shift_jis"), OutcomeKind.UNDECODABLE, "no utf-8"),
        (rss("<item><title>x</title></item>" * 101).encode(), OutcomeKind.TOO_LARGE, "101 entries, more than 100"),
        (rss("<b/>" * (MAX_TAGS + 1)).encode(), OutcomeKind.TOO_LARGE, "500,007 tags, more than 500,000"),
        (rss("x" * MAX_TEXT).encode(), OutcomeKind.TOO_LARGE, "characters, more than 11,000,000"),
    ],
)
def test_what_is_no_feed_ends_in_its_outcome(body: bytes, kind: OutcomeKind, reason: str) -> None:
    parsed = read(body)
    assert (parsed.problem, parsed.entries) == (kind, ())
    assert reason in parsed.reason


def test_a_sites_own_page_names_captchas_too() -> None:
    page = HOME.replace("</head>", "<script>grecaptcha</script></head>").replace("News", "news " * 10_000)
    assert read(page).problem is OutcomeKind.NOT_A_FEED


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ("{", OutcomeKind.NOT_A_FEED, "no JSON: JSON that begins"),
        ("[" * 100_000, OutcomeKind.NOT_A_FEED, "no JSON"),
        ("[]", OutcomeKind.NOT_A_FEED, "without the list “pages”"),
        (HOME, OutcomeKind.NOT_A_FEED, "no JSON: an HTML page"),
        (WALL, OutcomeKind.BLOCKED, "Just a moment"),
        ('{"pages": []}', OutcomeKind.EMPTY, "a feed without entries"),
        ('{"pages": [{}, {}, {}]}', OutcomeKind.TOO_LARGE, "3 entries, more than 2"),
    ],
)
def test_json_that_is_something_else(body: str, kind: OutcomeKind, reason: str) -> None:
    parsed = read(body, kind="nato-json", most=2)
    assert (parsed.problem, parsed.entries) == (kind, ())
    assert reason in parsed.reason


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("<link>https://x.kr/1</link>", "https://x.kr/1"),
        ("<link> https://x.kr/1 </link>", "https://x.kr/1"),
        ("<link>HTTPS://x.kr/1</link>", "https://x.kr/1"),
        ("<link>\n https://x.kr/\n   1 2\n</link>", "https://x.kr/1%202"),
        ("<link><![CDATA[https://x.kr/?a=1&amp;b=2]]></link>", "https://x.kr/?a=1&b=2"),
        ("<link>http://[2001:db8::1]/a</link>", "http://[2001:db8::1]/a"),
        ("<link>//x.kr/1</link>", "https://x.kr/1"),
        ("<link>/1?a=1&amp;b=2</link>", "https://www.x.kr/1?a=1&b=2"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>http://[</link>", ""),
        ("<link/><guid>https://x.kr/2</guid>", "https://x.kr/2"),
        ("<guid>12345</guid>", ""),
        ("<guid>urn:uuid:1</guid>", ""),
        ("<id>12345</id>", ""),
        ("<guid>12345</guid><link>12345</link>", ""),
    ],
)
def test_links_are_absolute_or_none(written: str, link: str) -> None:
    text = rss(f"<item><title>t</title>{written}</item>", "<link>https://www.x.kr/news/</link>")
    assert read(text).entries[0].link == link
    assert tolerate(text, FEED).entries[0].link == link


def test_a_channel_without_a_usable_link_leaves_the_feeds_url() -> None:
    for channel in ("", "<link>ftp://x.kr/</link>", "<link>http://[</link>"):
        assert (
            read(rss("<item><title>t</title><link>/1</link></item>", channel)).entries[0].link
            == "https://feeds.example/1"
        )


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


def test_entries_in_comments_and_quotes_are_left_to_feedparser() -> None:
    text = rss(
        "<!-- <item><title>old</title></item> --><item><title>new</title><description><![CDATA[<item>]]></description></item>"
    )
    assert [entry.title for entry in read(text).entries] == ["new"]


@pytest.mark.parametrize(
    ("ttl", "minutes"),
    [
        ("60", 60),
        (" 5 ", 5),
        ("0", None),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("999999", 7 * 24 * 60),
        ("9" * 40, None),
    ],
)
def test_ttl(ttl: str, minutes: int | None) -> None:
    for channel in (f"<ttl>{ttl}</ttl>", f"<ttl>{ttl}</ttl><x:y/>"):
        assert read(rss("<item><title>t</title></item>", channel)).ttl == (minutes and timedelta(minutes=minutes))


@pytest.mark.parametrize("name", [name for name in BODIES if name not in {"nato", "wall"}])
def test_both_readers_read_the_same(name: str) -> None:
    body, content_type = BODIES[name]
    text = decode(body, content_type)
    fast, slow = parse(body, content_type, FEED, max_entries=100), tolerate(text, FEED)
    assert fast.entries
    assert fast == slow


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


def test_body_hash_leaves_out_what_changes_by_itself() -> None:
    later = RSS.replace("02:00:00 GMT</lastBuildDate>", "02:10:00 GMT</lastBuildDate>")
    assert body_hash(RSS.encode()) == body_hash(later.encode())
    assert body_hash(RSS.encode()) == body_hash((RSS + "<!-- cached 02:10:00 -->").encode())
    assert body_hash(RSS.replace("lastBuild", "lastBuilld").encode()) == body_hash(
        later.replace("lastBuild", "lastBuilld").encode()
    )
    assert body_hash(ATOM.encode()) == body_hash(
        ATOM.replace(
            "<updated>2025-06-26T02:00:00Z</updated>\n<entry>", "<updated>2025-06-26T03:00:00Z</updated>\n<entry>"
        ).encode()
    )
    for changed in (
        RSS.replace("Ferry", "Bus"),
        RSS.replace("10:00:00 KST", "10:00:01 KST"),
        RSS.replace("<ttl>15", "<ttl>16"),
    ):
        assert body_hash(RSS.encode()) != body_hash(changed.encode())
    assert body_hash(b"") == body_hash(b"")
    for unit in (b"<!--", b"<date>", b"<date ", b"<item>"):
        body_hash(unit * 200_000)


# Of two elements of one kind feedparser keeps now the first, now the last, even when it is empty: no rule to agree on.
KIND = {
    "<summary": "<description",
    "<content:encoded": "<content",
    "<id": "<guid",
    "<published": "<pubDate",
    "<dc:date": "<updated",
    "<TITLE": "<title",
    "<dc:title": "<title",
    "<media:title": "<title",
}
CHILDREN = st.lists(
    st.sampled_from(
        ["<title>One</title>", "<title></title>", "<title>Two &amp;amp; &#48169;</title>", "<title type='html'>&lt;b&gt;x&lt;/b&gt;</title>", "<dc:title>Three</dc:title>",
         "<media:title>Four</media:title>", "<link>https://x.kr/1</link>", "<link/>", "<link href='https://x.kr/2'/>", "<link rel='self' href='https://x.kr/3'/>",
         "<link rel='Alternate' type='text/html' href='https://x.kr/4'/>", "<link rel='alternate' type='application/pdf' href='https://x.kr/5'/>",
         "<guid>https://x.kr/6</guid>", "<guid isPermaLink='false'>7</guid>", "<id>8</id>", "<description>D</description>", "<description/>", "<summary> S </summary>",
         "<content:encoded><![CDATA[<p>E</p>]]></content:encoded>", "<content type='html'>&lt;p&gt;C&lt;/p&gt;</content>", "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>X</div></content>",
         "<pubDate>2025-06-26</pubDate>", "<published>2025-06-25</published>", "<updated>2025-06-24</updated>", "<dc:date>2025-06-23</dc:date>", "<dcterms:created>2025-06-22</dcterms:created>",
         "<source url='https://s.kr'>Src</source>", "<source><title>Src2</title></source>", "<author>a</author>", "<category>b</category>", "<x:other xmlns:x='urn:x'>y</x:other>",
         "<feedburner:origLink>https://x.kr/9</feedburner:origLink>", "<TITLE>Upper</TITLE>"]
    ),
    max_size=7,
    unique_by=lambda child: KIND.get(name := re.split("[ >/]", child)[0], name) + child.partition("rel=")[2][:6],
)  # fmt: skip
SHAPES = (
    '<rss version="2.0" {}><channel><link>https://www.x.kr/</link><item>{}</item></channel></rss>',
    '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {}><item rdf:about="https://x.kr/about">{}</item></rdf:RDF>',
    '<feed xmlns="http://www.w3.org/2005/Atom" {}><entry>{}</entry></feed>',
)
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


@settings(deadline=None, derandomize=True, max_examples=400)
@given(st.sampled_from(SHAPES), CHILDREN)
def test_both_readers_agree_on_whatever_is_well_formed(shape: str, children: list[str]) -> None:
    text = shape.format(NAMESPACES, "".join(children))
    assert items(read(text).entries, FEED, now=NOW, first_run=False) == items(
        tolerate(text, FEED).entries, FEED, now=NOW, first_run=False
    ), text


@pytest.mark.parametrize(
    ("body", "name"), [(b"\x89PNG\r\n\x1a\n\0", "PNG"), (b"%PDF-1.7 \xe2", "PDF"), (b"\x1f\x8b\x08", "gzip")]
)
def test_a_file_that_is_no_text_is_no_feed(body: bytes, name: str) -> None:
    parsed = parse(body, "application/xml", FEED, max_entries=10)
    assert (parsed.problem, parsed.reason) == (OutcomeKind.NOT_A_FEED, f"the body is a {name} file")


WALLED = b"<html><head><title>Just a moment...</title></head></html>"
PAGE = b"<html><head><title>Maintenance</title></head></html>"


@pytest.mark.parametrize(
    ("status", "page", "kind", "words"),
    [
        (403, WALLED, OutcomeKind.BLOCKED, "403 Forbidden; .*Just a moment"),
        (503, WALLED, OutcomeKind.BLOCKED, "503 Service Unavailable; .*Just a moment"),
        (503, PAGE, OutcomeKind.SERVER_ERROR, "503 Service Unavailable; .*Maintenance"),
        (404, WALLED, OutcomeKind.GONE, "404 Not Found; .*Just a moment"),
        (429, WALLED, OutcomeKind.RATE_LIMITED, "429 Too Many Requests; .*Just a moment"),
        (500, b"", OutcomeKind.SERVER_ERROR, "500 Internal Server Error$"),
        (500, b"<rss><channel><item><title>A</title></item></channel></rss>", OutcomeKind.SERVER_ERROR, "500 Internal Server Error$"),
    ],
)  # fmt: skip
def test_what_an_errors_page_looks_like(status: int, page: bytes, kind: OutcomeKind, words: str) -> None:
    got = Fetched(
        feed="a",
        kind=kind if kind is not OutcomeKind.BLOCKED or status == 403 else OutcomeKind.SERVER_ERROR,
        reason=words.partition(";")[0].rstrip("$"),
        body=page,
    )
    seen = looked_at(got, FEED)
    assert (seen.kind, seen.body) == (kind, b"")
    assert re.match(words, seen.reason)

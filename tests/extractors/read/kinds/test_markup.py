import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Entry, OutcomeKind
from extractors.read import feed
from extractors.read.decode import decode
from extractors.read.kinds import tolerant
from extractors.read.kinds.markup import MAX_TAGS, MAX_TEXT, Markup, attributes, decoded
from extractors.read.texts import clean
from tests.extractors.read.samples import BODIES, FEED, read, rss
from tests.table import table


def by_feedparser(text: str) -> tuple[Entry, ...]:
    """What the library makes of a feed that has met most feeds: the oracle."""
    return feed._parsed(tolerant.by_feedparser(text), FEED, text).entries


@pytest.mark.parametrize("name", [name for name in BODIES if name not in {"nato", "wall"}])
def test_the_samples_are_read_as_feedparser_reads_them(name: str) -> None:
    entries = read(*BODIES[name]).entries
    assert entries
    assert entries == by_feedparser(Markup(decode(*BODIES[name]), names=(), vocabularies={}).written)


# Of several that say one thing feedparser keeps now the first, now the last, even when it is empty: no rule to agree on.
ONE_OF = {
    **dict.fromkeys(("TITLE", "dc:title", "title"), "title"), **dict.fromkeys(("guid", "id"), "guid"),
    **dict.fromkeys(("description", "summary", "dc:description", "abstract", "itunes:summary"), "lead"),
    **dict.fromkeys(("media:title", "media:group", "media:content", "media:description", "source", "content", "content:encoded"), "more"),
    **dict.fromkeys(("pubDate", "published"), "published"), **dict.fromkeys(("updated", "dc:date", "dcterms:modified"), "updated"),
    **{name: name for name in ("link", "itunes:title")}
}  # fmt: skip
CHILDREN = st.lists(
    st.sampled_from(
        ["<title>One</title>", "<title>Two &amp;amp; &#48169;</title>", "<title type='html'>&lt;b&gt;x&lt;/b&gt;</title>", "<dc:title>Three</dc:title>",
         "<media:title>Four</media:title>", "<link>https://x.kr/1</link>", "<link href='https://x.kr/2'/>", "<link rel='self' href='https://x.kr/3'/>",
         "<link rel='Alternate' type='text/html' href='https://x.kr/4'/>", "<link rel='alternate' type='application/pdf' href='https://x.kr/5'/>",
         "<guid>https://x.kr/6</guid>", "<guid isPermaLink='false'>7</guid>", "<id>urn:8</id>", "<description>D</description>", "<description/>", "<summary> S </summary>",
         "<content:encoded><![CDATA[<p>E</p>]]></content:encoded>", "<content type='html'>&lt;p&gt;C&lt;/p&gt;</content>", "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>X</div></content>",
         "<pubDate>2025-06-26</pubDate>", "<published>2025-06-25</published>", "<updated>2025-06-24</updated>", "<dc:date>2025-06-23</dc:date>", "<dcterms:created>2025-06-22</dcterms:created>",
         "<source url='https://s.kr'>Src</source>", "<source><title>Src2</title></source>", "<author>a</author>", "<category>b</category>", "<x:other xmlns:x='urn:x'>y</x:other>",
         "<feedburner:origLink>https://x.kr/9</feedburner:origLink>", "<TITLE>Upper</TITLE>", "<dc:description>DD</dc:description>",
         "<itunes:summary>IS</itunes:summary>", "<itunes:title>IT</itunes:title>", "<itunes:author>ia</itunes:author>", "<media:description type='plain'>MD</media:description>",
         "<media:group><media:title>MT</media:title><media:content url='x'/><media:description>MGD, longer</media:description></media:group>",
         "<media:content url='x'><media:title type='plain'>MCT</media:title></media:content>", "<media:content url='x'><media:description>MCD</media:description></media:content>",
         "<media:thumbnail url='x'/>", "<media:credit>c</media:credit>", "<author><name>n</name></author>", "<dc:creator>x</dc:creator>",
         "<dcterms:modified>2025-06-21</dcterms:modified>", "<content:encoded/>", "<georss:point>1 2</georss:point>"]
    ),
    max_size=6,
    unique_by=lambda child: ONE_OF.get(re.split("[< >/]", child)[1], child)
)  # fmt: skip
SHAPES = (
    '<rss version="2.0" {}><channel><link>https://www.x.kr/</link><item>{}</item></channel></rss>',
    '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {}><item rdf:about="https://x.kr/about">{}</item></rdf:RDF>',
    '<feed xmlns="http://www.w3.org/2005/Atom" {}><entry>{}</entry></feed>',
)
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:georss="http://www.georss.org/georss"'
)


def told(entries: tuple[Entry, ...]) -> list[tuple[object, ...]]:
    """What entries say, whichever of their texts is the lead."""
    return [
        (e.title, e.link, e.guid, e.published_raw, e.updated_raw, e.source_title, e.source_url, {clean(e.summary), clean(e.content)} - {""})
        for e in entries
    ]  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.sampled_from(SHAPES), CHILDREN)
def test_r7_whatever_is_well_formed_is_read_as_feedparser_reads_it(shape: str, children: list[str]) -> None:
    text = shape.format(NAMESPACES, "".join(children))
    assert told(read(text).entries) == told(by_feedparser(text)), text


ITEM = "<item><title>A B C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>"


@pytest.mark.parametrize(
    "text",
    [
        rss("<item><title>A &nbsp; B & C</title><link>https://x.kr/1?a=1&b=2</link></item>"),
        rss("<item><title>A\x0b B &#0;&#x1F;&#55296;&#x110000;&#99999999999; C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>"),
        f"\n\n <!-- late --> <?xml version='1.0' encoding='utf-8'?>{rss(ITEM)}", f"<br />\n<b>Warning</b>: mail() in x.php\n{rss(ITEM)}",
        rss(ITEM).replace("</channel></rss>", "<item><title>cu"), rss(ITEM.replace("</item>", "<itunes:x>undeclared</itunes:x></item>")),
        f'<!DOCTYPE rss [<!ENTITY x "A B C">]>{rss(ITEM)}', rss(f"<!-- {ITEM.replace('A', 'old')} -->{ITEM}"), rss(ITEM.replace("<link>", "<![CDATA[<item>]]><link>")),
        rss(ITEM.replace("</item>", "")), rss(ITEM.replace("</title>", "")), rss(ITEM.replace("</link>", "")), rss(f"<!-- never closed {ITEM}"), rss(f"<![CDATA[ {ITEM}"),
        rss(ITEM.replace("<item>", "<item a='1>2' b=\"<\">")), rss(ITEM.replace("<title>", "<title a='odd>")), rss(ITEM).replace("rss", "RSS").replace("item>", "ITEM>"),
        rss(ITEM.replace("A B C", "<b>A</b> B <![CDATA[<i>C</i>]]>")), rss(ITEM.replace("title>", "dc:title>")), ITEM * 2,
        rss(ITEM.replace("title>", "dc:title>")).replace("<rss", '<rss xmlns:dc="http://purl.org/dc/elements/1.1"'),
        rss(ITEM.replace("title>", "d:title>")).replace("<rss", '<rss xmlns:d="http://purl.org/dc/elements/1.1/"')
    ]
)  # fmt: skip
def test_what_is_malformed_keeps_its_entries(text: str) -> None:
    entries = [entry for entry in read(text).entries if not entry.title.startswith("cu")]
    said = {(re.sub(r"\W|amp|lt|gt|\bi\b|nbsp", "", clean(entry.title)), entry.link) for entry in entries}
    assert said == {("ABC", "https://x.kr/1?a=1&b=2")}


def test_a_bomb_is_no_more_than_text() -> None:
    links = zip("abcdefgh", "bcdefghi", strict=True)
    bomb = (
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in links) + "]>"
    )
    for doctype in (bomb, '<!DOCTYPE r [<!ENTITY i SYSTEM "file:///etc/hostname">]>'):
        assert [entry.title for entry in read(doctype + rss("<item><title>x &i; y</title></item>")).entries] == [
            "x &i; y"
        ]


def test_attributes_and_references() -> None:
    assert attributes("""<a HREF='x?a=1&amp;b=2' b = "'" c=d e""") == {"href": "x?a=1&b=2", "b": "'", "c": "d"}
    assert decoded("R&D &lt;&#xAC00;&hellip;&nosuch;&copy=1&#0;") == "R&D <가…&nosuch;&copy=1"


@table("unit")
def test_x1_time_grows_as_the_text_does(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tolerant, "read", lambda _: None)
    many = unit * (300_000 // len(unit))
    for text in (f"<rss><channel><item>{many}", rss(many + ITEM)):
        begun = time.process_time()
        read(text, most=10_000)
        assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("text", "reason"), [("<b/>" * (MAX_TAGS + 1), "500,007 tags, more than 500,000"), ("x" * MAX_TEXT, "characters, more than 11,000,000")]
)  # fmt: skip
def test_what_is_too_much_is_said(text: str, reason: str) -> None:
    parsed = read(rss(text))
    assert (parsed.problem, reason in parsed.reason) == (OutcomeKind.TOO_LARGE, True)

"""Small feeds of our own writing, in the formats and with the habits of those that publishers send."""

import json
from datetime import datetime
from typing import Any

from extractors.model import Entry, Item, Parsed
from extractors.read.feed import parse
from extractors.read.items import items
from tests.builders import NOW, feed

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Post</title><link>https://www.harbour.example/</link>
<ttl>15</ttl><lastBuildDate>Thu, 26 Jun 2025 02:00:00 GMT</lastBuildDate>
<item><title>Seoul and the alliance agree on a talks body</title><link>https://www.harbour.example/news/1?utm_source=rss</link>
<guid isPermaLink="false">https://www.harbour.example/?p=101</guid><description>Officials &amp; industry, "director-general level" &#8230;</description>
<pubDate>Thu, 26 Jun 2025 10:00:00 KST</pubDate><source url="https://www.wire.example">Wire</source></item>
<item><title><![CDATA[Ferry timetable <b>changes</b>]]></title><link>/news/2</link><description><![CDATA[<p>From Monday.</p>]]></description>
<dc:date>2025-06-26T01:30:00Z</dc:date></item>
</channel></rss>
"""

ARC = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title><![CDATA[강변일보]]></title><link>https://www.gangbyeon.example</link>
<item><title><![CDATA[  한-나토, 방산 협의체 만든다  ]]></title><link>https://www.gangbyeon.example/politics/2025/06/26/ABCDEFGHIJKLMNOPQRSTUVWX23/</link>
<guid isPermaLink="true">https://www.gangbyeon.example/politics/2025/06/26/ABCDEFGHIJKLMNOPQRSTUVWX23/</guid><description></description>
<pubDate>Thu, 26 Jun 2025 01:00:00 +0000</pubDate><content:encoded><![CDATA[<p>국가안보실장은 &lsquo;합의&rsquo;라고 했다.</p>]]></content:encoded>
<media:content url="https://www.gangbyeon.example/a.jpg"><media:title>사진</media:title></media:content></item>
</channel></rss>
"""

CMS = """<?xml version="1.0" encoding="euc-kr"?>
<rss version="2.0"><channel><title>들판신문</title><link>http://www.deulpan.example</link>
<item><title>[인사] 똠방군청</title><link>http://www.deulpan.example/news/articleView.html?idxno=5001</link>
<description><![CDATA[전보 펲시]]></description><pubDate>2025-06-26 09:30:00</pubDate></item>
<item><title>&amp;#8216;방산&amp;#8217; 협의 &lt;표&gt;</title><link>http://www.deulpan.example/news/articleView.html?idxno=5002</link>
<description>&lt;img src="a.jpg"&gt;본문</description><pubDate>2025.06.26. 오전 10:36</pubDate></item>
</channel></rss>
"""

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Ministry</title><link href="https://www.ministry.example/" rel="alternate"/>
<link rel="self" href="https://www.ministry.example/feed.atom"/><id>tag:ministry.example,2025:feed</id><updated>2025-06-26T02:00:00Z</updated>
<entry><id>tag:ministry.example,2025:1</id><title type="html">Minister &amp;amp; envoy meet</title>
<link rel="replies" type="text/html" href="https://www.ministry.example/1/comments"/><link href="https://www.ministry.example/1"/>
<published>2025-06-26T00:30:00+01:00</published><updated>2025-06-26T02:00:00Z</updated><summary>Talks.</summary></entry>
<entry><id>tag:ministry.example,2025:2</id><title>Second</title><link rel="alternate" type="text/html" href="2"/>
<updated>2025-06-26T01:00:00Z</updated><content type="html">&lt;p&gt;Body&lt;/p&gt;</content><source><title>Elsewhere</title></source></entry>
</feed>
"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://rdf.example/"><title>Old style</title><link>https://rdf.example/</link></channel>
<item rdf:about="https://rdf.example/a"><title>A thing</title><link>https://rdf.example/a</link><description>Text</description><dc:date>2025-06-26</dc:date></item>
<item rdf:about="https://rdf.example/b"><title>Another</title><link>https://rdf.example/b</link></item>
</rdf:RDF>
"""

NATO = json.dumps(
    {
        "totalMatches": 2,
        "pages": [
            {"title": "Secretary General meets envoy", "description": "A read-out", "link": "/en/news/1.html", "pageType": "News", "pageDate": "2025-06-26T08:00:00.000+0000"},
            {"title": "Statement", "description": None, "link": "/en/news/2.html", "date": 1_750_923_000_000}
        ]
    }
)  # fmt: skip

WALL = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>"""
HOME = """<!DOCTYPE html><html><head><title>The Harbour Post – home</title></head><body><h1>News</h1></body></html>"""

BODIES: dict[str, tuple[bytes, str]] = {
    "rss": (RSS.encode(), "application/rss+xml"),
    "arc": (ARC.encode(), "application/xml; charset=utf-8"),
    "cms": (CMS.encode("cp949"), "text/xml"),
    "cms-utf8": (CMS.encode(), "text/xml; charset=euc-kr"),
    "atom": (ATOM.encode(), "application/atom+xml"),
    "rdf": (RDF.encode(), ""),
    "utf-16": (RSS.replace("utf-8", "utf-16").encode("utf-16"), "text/xml"),
    "nato": (NATO.encode(), "application/json"),
    "wall": (WALL.encode(), "text/html"),
}

FEED = feed(url="https://feeds.example/all.xml")


def read(body: str | bytes, content_type: str = "", most: int = 100, kind: str = "feed") -> Parsed:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, content_type, feed(url=FEED.url, kind=kind), max_entries=most)


def rss(items: str, channel: str = "") -> str:
    return f'<rss version="2.0"><channel><title>c</title>{channel}{items}</channel></rss>'


def entry(**changes: Any) -> Entry:
    return Entry(**{"title": "Korea and NATO agree", "link": "https://a.kr/news/view?id=1", **changes})


def made(*entries: Entry, first_run: bool = False, now: datetime = NOW, **changes: Any) -> tuple[Item, ...]:
    return items(entries, feed(timezone="Asia/Seoul", **changes), now=now, first_run=first_run)


def keys(*entries: Entry, **changes: Any) -> list[int]:
    return [item.key for item in made(*entries, **changes)]


TITLES = (
    "한-나토 방산협의체 합의",
    "[인사] 방위사업청",
    "Wi meets Rutte in The Hague",
    "NATO and IP4 adopt a statement",
)

"""Small feeds of our own writing, in the formats and with the habits of those that publishers send."""

from datetime import datetime
from pathlib import Path
from typing import Any

from extractors.model import Entry, Item, Parsed
from extractors.read.feed import parse
from extractors.read.items import items
from tests.builders import NOW, feed

WRITTEN = Path(__file__).parent / "bodies"
NAMES = ("rss", "arc", "cms", "atom", "rdf", "newsmap")
RSS, ARC, CMS, ATOM, RDF, NEWSMAP = ((WRITTEN / f"{name}.xml").read_text("utf-8") for name in NAMES)
NATO = (WRITTEN / "nato.json").read_text("utf-8")
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


TITLES = ("한-나토 방산협의체 합의", "[인사] 방사청", "Wi meets Rutte in The Hague", "NATO and IP4 adopt a statement")

from datetime import timedelta

from extractors.read.feed import body_hash
from tests.extractors.read.samples import ATOM, RSS, read, rss
from tests.table import table


@table("written, link")
def test_links_are_absolute_or_none(written: str, link: str) -> None:
    text = rss(f"<item><title>t</title>{written}</item>", "<link>https://www.x.kr/news/</link>")
    assert read(text).entries[0].link == link


@table("ttl, minutes", ("9" * 40, None))
def test_ttl(ttl: str, minutes: int | None) -> None:
    for channel in (f"<ttl>{ttl}</ttl>", f"<ttl>{ttl}</ttl><x:y/>"):
        assert read(rss("<item><title>t</title></item>", channel)).ttl == (minutes and timedelta(minutes=minutes))


def test_body_hash_leaves_out_what_changes_by_itself() -> None:
    later = RSS.replace("02:00:00 GMT</lastBuildDate>", "02:10:00 GMT</lastBuildDate>")
    renamed = [text.replace("lastBuild", "lastBuilld") for text in (RSS, later)]
    touched = ATOM.replace("02:00:00Z</updated>\n<entry>", "03:00:00Z</updated>\n<entry>")
    for one, other in ((RSS, later), (RSS, RSS + "<!-- cached 02:10:00 -->"), renamed, (ATOM, touched)):
        assert body_hash(one.encode()) == body_hash(other.encode())
    for old, new in (("Ferry", "Bus"), ("10:00:00 KST", "10:00:01 KST"), ("<ttl>15", "<ttl>16")):
        assert body_hash(RSS.encode()) != body_hash(RSS.replace(old, new).encode())
    assert body_hash(b"") == body_hash(b"")
    for unit in (b"<!--", b"<date>", b"<date ", b"<item>"):
        body_hash(unit * 200_000)

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

from datetime import timedelta

import pytest

from extractors.read.feed import body_hash
from tests.extractors.read.samples import ATOM, RSS, read, rss


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("<link>https://x.kr/1</link>", "https://x.kr/1"), ("<link> https://x.kr/1 </link>", "https://x.kr/1"),
        ("<link>HTTPS://x.kr/1</link>", "https://x.kr/1"), ("<link>\n https://x.kr/\n   1 2\n</link>", "https://x.kr/1%202"),
        ("<link><![CDATA[https://x.kr/?a=1&amp;b=2]]></link>", "https://x.kr/?a=1&b=2"),
        ("<link>http://[2001:db8::1]/a</link>", "http://[2001:db8::1]/a"), ("<link>//x.kr/1</link>", "https://x.kr/1"), ("<link>www.x.kr/1</link>", "https://www.x.kr/1"), ("<link>https:/x.kr/1</link>", "https://x.kr/1"),
        ("<link>/1?a=1&amp;b=2</link>", "https://feeds.example/1?a=1&b=2"), ("<link>javascript:alert(1)</link>", ""), ("<link>http://[</link>", ""),
        (r"<link>https:\/\/x.kr\/1</link>", "https://x.kr/1"), ("<link>feed:https://x.kr/1</link>", "https://x.kr/1"), ("<link>http://https://x.kr/1</link>", "https://x.kr/1"),
        ("<link/><guid>https://x.kr/2</guid>", "https://x.kr/2"), ("<guid>12345</guid>", ""), ("<guid>urn:uuid:1</guid>", ""), ("<id>12345</id>", ""),
        ("<guid>12345</guid><link>12345</link>", ""), ("<guid>/n/1</guid><link>/n/1</link>", "https://feeds.example/n/1")
    ]
)  # fmt: skip
def test_links_are_absolute_or_none(written: str, link: str) -> None:
    text = rss(f"<item><title>t</title>{written}</item>", "<link>https://www.x.kr/news/</link>")
    assert read(text).entries[0].link == link


@pytest.mark.parametrize(
    ("ttl", "minutes"),
    [
        ("60", 60), (" 5 ", 5), ("0", None), ("-1", None), ("soon", None), ("", None), ("999999", 7 * 24 * 60), ("9" * 40, None)
    ]
)  # fmt: skip
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

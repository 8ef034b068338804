from datetime import timedelta

import pytest

from extractors.model import Entry, OutcomeKind
from extractors.read.feed import MAX_LINK
from extractors.read.kinds.registry import KINDS
from tests.builders import raising
from tests.extractors.read.samples import ARC, BODIES, CMS, RSS, read, rss
from tests.table import table


@table("name, entries")
def test_r10_what_each_format_tells(name: str, entries: tuple[Entry, ...]) -> None:
    parsed = read(*BODIES[name])
    assert (parsed.entries, parsed.problem) == (entries, None)
    assert parsed.ttl == (timedelta(minutes=15) if name == "rss" else None)


def test_a_caption_is_no_lead() -> None:
    caption = "<media:content url='a.jpg'><media:description>대통령실 사진</media:description></media:content></item>"
    assert read(ARC.replace("</item>", caption)).entries == read(ARC).entries


@pytest.mark.parametrize("label", ["euc-kr", "ks_c_5601-1987"])
@pytest.mark.parametrize("codec", ["cp949", "utf-8"])
@table("header")
def test_korean_content_systems(label: str, codec: str, header: str) -> None:
    parsed = read(CMS.replace("euc-kr", label).encode(codec), header)
    assert [entry.title for entry in parsed.entries] == ["[인사] 똠방군청", "&#8216;방산&#8217; 협의 <표>"]
    assert parsed.entries[0].summary == "전보 펲시"
    assert parsed.reason == ""


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
    monkeypatch.setitem(KINDS, "feed", raising(RuntimeError))
    parsed = read(RSS)
    assert (parsed.problem, parsed.reason[:27]) == (OutcomeKind.NOT_A_FEED, "unreadable (RuntimeError): ")


@table("base, link")
def test_r10_relative_links_have_a_base(base: str, link: str) -> None:
    assert read(f"{base}<title>t</title><link href='1'/></entry></feed>").entries[0].link == link
    own = "<feed><entry xml:base='https://c.kr/y/'><title>t</title><link xml:base='z/' href='1'/></entry></feed>"
    assert read(own).entries[0].link == "https://c.kr/y/z/1"


@table("name")
def test_r7_whatever_says_what_the_entry_is_about_is_its_lead(name: str) -> None:
    told = f"<item><title>t</title><{name}>Told.</{name}></item>"
    assert read(rss(told)).entries[0].summary == "Told."
    assert read(rss(told.replace("</item>", "<description>More.</description></item>"))).entries[0].summary == "More."


@table("written, said")
def test_r7_rarer_forms(written: str, said: str) -> None:
    (entry,) = read(written).entries
    assert (entry.title, entry.link, entry.published_raw) == (said, "https://x.kr/1", "2025-06-25")

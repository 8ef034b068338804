from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from extractors.mention.describe import describe
from extractors.model import Entry, Item
from extractors.read.items import MAX_TITLE, items
from extractors.read.texts import MAX_SUMMARY
from extractors.story import Rejection
from tests.builders import NOW, feed
from tests.extractors.mention.saying import LEXICON
from tests.extractors.read.samples import entry, keys, made
from tests.table import table


def test_an_item_in_full() -> None:
    written = entry(summary="<p>They <b>agreed</b>.</p>", published_raw="2025-06-26 11:00:00")
    (item,) = made(written, name="f", outlet="O", language="ko")
    assert item == Item(
        key=item.key, content=item.content, outlet="O", feed="f", language="en", url="https://a.kr/news/view?id=1", title="Korea and NATO agree",
        summary="They agreed.", published_at=datetime(2025, 6, 26, 2, tzinfo=UTC), published_raw="2025-06-26 11:00:00", utc_offset=540, first_seen_at=NOW, guid=item.guid
    )  # fmt: skip
    assert -(2**63) <= item.key < 2**63
    assert item.origin == ""


def test_the_key_is_of_the_outlet_and_not_of_the_feed() -> None:
    (one,), (same,), (other,) = made(entry(), name="f"), made(entry(), name="g"), made(entry(), outlet="B")
    assert one.key == same.key != other.key
    assert one.content == other.content


def test_content_ignores_how_words_are_set() -> None:
    texts = (("ＮＡＴＯ  talks", "A b"), ("nato talks", " a\nB "))
    assert len({made(entry(title=title, summary=summary))[0].content for title, summary in texts}) == 1


@table("link, url")
def test_the_url_kept_is_the_publishers_own(link: str, url: str) -> None:
    assert made(entry(link=link))[0].url == url


def test_r1_the_fullest_entry_of_an_article_counts_and_order_stays() -> None:
    other = entry(title="Other", link="https://a.kr/news/view?id=2")
    found = made(entry(title="First"), other, entry(title="First", summary="again"))
    assert [(item.title, item.summary) for item in found] == [("First", "again"), ("Other", "")]


GOOGLE = "https://news.google.com/rss/search?q=x"


GOOGLED = {
    "link": "https://news.google.com/rss/articles/CBMiOPAQUE?oc=5", "source_url": "https://www.koreatimes.co.kr",
    "published_raw": "Thu, 26 Jun 2025 01:00:00 GMT",
}  # fmt: skip


def google(title: str, source: str = "The Korea Times", **changes: Any) -> Entry:
    summary = f'<a href="x">{title}</a>&nbsp;&nbsp;<font color="#6f6f6f">{source}</font>'
    return entry(title=title, source_title=source, summary=summary, **{**GOOGLED, **changes})


def test_x15_a_feed_of_another_host_speaks_for_its_own_outlet_alone() -> None:
    (item,) = made(google("Korea and NATO agree", source="Yonhap"), outlet="Sham")
    (other,) = made(google("Korea and NATO agree", source="Yonhap"), url=GOOGLE, outlet="Google News")
    assert (item.outlet, other.outlet) == ("Sham", "Yonhap")
    assert item.key != other.key


def test_google_news() -> None:
    (item,) = made(google("Korea – NATO agree - The Korea Times"), outlet="Google News", url=GOOGLE)
    assert (item.outlet, item.title, item.summary) == ("The Korea Times", "Korea – NATO agree", "")
    assert item.url == "https://news.google.com/rss/articles/CBMiOPAQUE?oc=5"
    assert made(google("Korea - NATO agree", source="Reuters"), url=GOOGLE)[0].title == "Korea - NATO agree"
    (bare,) = made(google("Korea agrees", source="", source_url=""), outlet="Google News", url=GOOGLE)
    assert bare.outlet == "Google News"
    assert made(google("- Reuters", source="Reuters"), url=GOOGLE)[0].title == "- Reuters"


def test_google_news_knows_an_article_by_publisher_title_and_day() -> None:
    same = {"link": "https://news.google.com/rss/articles/OTHER", "source_url": "http://koreatimes.co.kr/"}
    korean_edition = google("Korea and NATO agree - 코리아타임스", source="코리아타임스", **same)
    title = "Korea and NATO agree - The Korea Times"
    (one,) = {*keys(google(title), url=GOOGLE), *keys(korean_edition, url=GOOGLE)}
    signed, later = google("Korea and NATO sign - The Korea Times"), "Thu, 03 Jul 2025 01:00:00 GMT"
    yonhap = google("Korea and NATO agree - Yonhap", source="Yonhap", source_url="https://en.yna.co.kr")
    dated = (google(title, published_raw=raw) for raw in (later, ""))
    others = keys(signed, yonhap, *dated, now=NOW + timedelta(days=30), url=GOOGLE)
    assert len({one, *others}) == 5


@table("raw, flag, baseline")
def test_dates_flags_and_baseline(raw: str, flag: str, baseline: bool) -> None:
    (item,) = made(entry(published_raw=raw), first_run=True)
    assert (item.date_flag, item.baseline, item.published_raw) == (flag, baseline, raw)
    assert (item.published_at is None) == (not raw or flag == "unreadable")
    assert not made(entry(published_raw=raw))[0].baseline


def test_overlong_fields_are_cut() -> None:
    (item,) = made(entry(title="t" * 5_000, summary="<p>word </p>" * 50_000, published_raw="9" * 5_000))
    assert (len(item.title), len(item.summary), len(item.published_raw)) == (MAX_TITLE, MAX_SUMMARY, MAX_TITLE)


@table("raw, zone, offset")
def test_r4_an_item_knows_its_outlets_clock(raw: str, zone: str, offset: int) -> None:
    (item,) = items([entry(published_raw=raw)], feed(timezone=zone), now=NOW, first_run=False)
    assert item.utc_offset == offset
    assert item.published_at is None or item.published_at.tzinfo is UTC


@pytest.mark.parametrize("zone", ["Asia/Seoul", "Europe/Brussels", "America/New_York"])
@pytest.mark.parametrize("clock", ["00:30", "08:30", "23:30"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_r4_an_act_is_dated_by_the_outlets_day(zone: str, clock: str, language: str) -> None:
    told = {
        "en": entry(title="South Korea, NATO sign defense industry agreement", summary="South Korea and NATO signed an agreement on defense industry cooperation on Thursday."),
        "ko": entry(title="한국-나토 방산 협력 협정 서명", summary="한국과 나토가 26일 방산 협력 협정에 서명했다.")
    }[language]  # fmt: skip
    stamped = replace(told, published_raw=f"2025-06-26 {clock}:00")
    later = NOW + timedelta(days=2)
    (item,) = items([stamped], feed(timezone=zone, language=language), now=later, first_run=False)
    says = describe(item, LEXICON)
    assert not isinstance(says, Rejection)
    assert says[0].event_date == date(2025, 6, 26)


def test_r11_an_unreadable_stamp_hides_no_readable_one() -> None:
    (item,) = made(entry(published_raw="yesterday", updated_raw="2025-06-26T10:00:00+09:00"))
    assert (item.published_at, item.date_flag) == (datetime(2025, 6, 26, 1, tzinfo=UTC), "")

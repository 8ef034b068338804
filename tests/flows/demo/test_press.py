"""The demo's press: every bundled feed is what it claims to be, and the publisher answers like a real one."""

from __future__ import annotations

import html
import http.client
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from extractors.read import items as normalise
from extractors.read.feed import parse
from flows.demo.press import KST, Press, bundled, page
from tests.builders import feed

BUNDLE = bundled()
PAPERS = sorted(BUNDLE["paper"])
LAST = BUNDLE["clock"][-1]


def stories(name: str) -> list[str]:
    """The titles of one paper's stories by the end, newest first."""
    mine = [story for story in BUNDLE["story"] if name in story["papers"]]
    mine.sort(key=lambda story: (story["at"], story["id"]), reverse=True)
    return [story.get("new_title", story["title"]) for story in mine]


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", parts.path, headers={key.replace("_", "-"): value for key, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_parses_to_its_stories(name: str) -> None:
    parsed = parse(page(BUNDLE, name, LAST).body, "text/xml", feed(name=name), max_entries=1000)
    assert parsed.problem is None, parsed.reason
    assert [html.unescape(entry.title).strip() for entry in parsed.entries] == stories(name)


@pytest.mark.parametrize("name", PAPERS)
def test_each_story_keeps_its_time_and_text(name: str) -> None:
    paper = BUNDLE["paper"][name]
    source = feed(name=name, outlet=paper["outlet"], language=paper["language"], timezone="Asia/Seoul")
    parsed = parse(page(BUNDLE, name, LAST).body, "text/xml", source, max_entries=1000)
    read = {
        item.title: item for item in normalise.items(parsed.entries, source, now=LAST.astimezone(UTC), first_run=False)
    }
    for story in BUNDLE["story"]:
        if name in story["papers"]:
            item = read[story.get("new_title", story["title"])]
            assert item.published_at == (LAST if "Dec 2025" in story.get("stamp", "") else story["at"])
            assert story.get("new_text", story["text"])[:60] in item.summary


def test_the_bundle_is_as_rich_as_it_should_be() -> None:
    shown = BUNDLE["story"]
    assert len({paper["outlet"] for paper in BUNDLE["paper"].values()}) >= 8
    assert {paper["language"] for paper in BUNDLE["paper"].values()} == {"de", "en", "ko"}
    assert len(shown) >= 90
    assert len({story["at"].astimezone(KST).date() for story in shown}) >= 10
    assert len({story["id"] for story in shown}) == len(shown)
    assert all(name in BUNDLE["paper"] for story in shown for name in story["papers"])
    assert all(date(2025, 3, 1) <= story["at"].date() <= LAST.date() for story in shown)


def test_korean_that_its_declared_charset_cannot_hold() -> None:
    body = page(BUNDLE, "byeolyeoul", LAST).body
    assert b'encoding="euc-kr"' in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("euc-kr")
    titles = [entry.title for entry in parse(body, "text/xml", feed(), max_entries=100).entries]
    assert any("똠" in title for title in titles)
    assert any("펲" in title for title in titles)


def test_a_feed_that_says_euc_kr_and_sends_utf_8() -> None:
    body = page(BUNDLE, "haesol", LAST).body
    assert b'encoding="euc-kr"' in body
    assert "나토" in body.decode()


def test_an_edited_story_changes_its_words_under_the_same_link() -> None:
    before, after = (datetime(2025, 6, 26, hour, tzinfo=KST) for hour in (18, 21))
    old, new = (parse(page(BUNDLE, "ledger", at).body, "", feed(), max_entries=99).entries[0] for at in (before, after))
    assert "working-level" in old.title
    assert "director-general-level" in new.title
    assert old.link == new.link


def test_links_whose_query_flips_from_day_to_day() -> None:
    first = page(BUNDLE, "garam-en", LAST)
    second = page(BUNDLE, "garam-en", LAST + timedelta(days=1))
    assert first.body != second.body
    assert first.changed == second.changed


def test_a_paper_with_nothing_printed_yet_is_an_empty_feed() -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    assert page(BUNDLE, "ledger", start).changed == start


def test_the_press_answers_conditionally() -> None:
    with Press(BUNDLE) as press:
        press.now = LAST
        status, headers, body = get(press.url("ledger"))
        assert (status, body) == (200, page(BUNDLE, "ledger", LAST).body)
        assert get(press.url("ledger"), If_None_Match=headers["ETag"])[0::2] == (304, b"")
        assert get(press.url("ledger"), If_Modified_Since=headers["Last-Modified"])[0] == 304
        stale = get(press.url("ledger"), If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])
        assert stale[0] == 200


def test_the_press_has_papers_without_validators_bad_days_and_no_others() -> None:
    with Press(BUNDLE) as press:
        press.now = LAST
        status, headers, _ = get(press.url("haesol"), If_Modified_Since="Mon, 04 Aug 2025 12:00:00 GMT")
        assert status == 200
        assert "ETag" not in headers
        assert get(press.url("armaments"))[0] == 200
        press.now = datetime(2025, 6, 13, 21, tzinfo=KST)
        assert get(press.url("armaments"))[0] == 403
        assert get(press.url("nobody"))[0] == 404

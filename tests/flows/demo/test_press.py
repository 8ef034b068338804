import html
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from extractors.read import items as normalise
from extractors.read.feed import parse
from flows.demo.press import KST, Press, Story, bundled, page
from tests.builders import feed

BUNDLE = bundled()
PAPERS = sorted(BUNDLE["paper"])
LAST = BUNDLE["clock"][-1]


def get(url: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    found = requests.get(url, headers={key.replace("_", "-"): value for key, value in headers.items()}, timeout=10)
    return found.status_code, found.headers, found.content


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_parses_to_its_stories_with_time_and_text(name: str) -> None:
    paper = BUNDLE["paper"][name]
    source = feed(name=name, outlet=paper["outlet"], language=paper["language"], timezone="Asia/Seoul")
    parsed = parse(page(BUNDLE, name, LAST)[0], "text/xml", source, max_entries=1000)
    mine: list[Story] = [story for story in BUNDLE["story"] if name in story["papers"]]
    stories = sorted(mine, key=lambda story: (story["at"], story["id"]), reverse=True)  # by the end, newest first
    titles = [html.unescape(entry.title).strip() for entry in parsed.entries]
    assert titles == [story.get("new_title", story["title"]) for story in stories], parsed.reason
    found = normalise.items(parsed.entries, source, now=LAST.astimezone(UTC), first_run=False)
    read = {item.title: item for item in found}
    for title, story in zip(titles, stories, strict=True):
        assert read[title].published_at == (LAST if "Dec 2025" in story.get("stamp", "") else story["at"])
        assert story.get("new_text", story["text"])[:60] in read[title].summary


def test_the_bundle_is_as_rich_as_it_should_be() -> None:
    shown, papers = BUNDLE["story"], BUNDLE["paper"]
    assert len({paper["outlet"] for paper in papers.values()}) >= 8
    assert {paper["language"] for paper in papers.values()} == {"de", "en", "ko"}
    assert len({story["id"] for story in shown}) == len(shown) >= 90
    assert len({story["at"].astimezone(KST).date() for story in shown}) >= 10
    assert {name for story in shown for name in story["papers"]} <= papers.keys()
    assert all(date(2025, 3, 1) <= story["at"].date() <= LAST.date() for story in shown)


def test_feeds_that_say_euc_kr_and_send_what_it_cannot_hold_or_utf_8() -> None:
    cp949, utf8 = page(BUNDLE, "byeolyeoul", LAST)[0], page(BUNDLE, "haesol", LAST)[0]
    assert all(b'encoding="euc-kr"' in body for body in (cp949, utf8))
    with pytest.raises(UnicodeDecodeError):
        cp949.decode("euc-kr")
    titles = "".join(entry.title for entry in parse(cp949, "text/xml", feed(), max_entries=100).entries)
    assert ("똠" in titles, "펲" in titles, "나토" in utf8.decode()) == (True, True, True)


def test_an_edited_story_changes_its_words_under_the_same_link() -> None:
    before, after = (datetime(2025, 6, 26, hour, tzinfo=KST) for hour in (18, 21))
    old, new = (parse(page(BUNDLE, "ledger", at)[0], "", feed(), max_entries=99).entries[0] for at in (before, after))
    assert ("working-level" in old.title, "director-general-level" in new.title) == (True, True)
    assert old.link == new.link


def test_links_whose_query_flips_from_day_to_day_and_a_paper_with_nothing_yet() -> None:
    first, second = (page(BUNDLE, "garam-en", LAST + timedelta(days=more)) for more in (0, 1))
    assert (first[0] == second[0], first[1] == second[1]) == (False, True)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    assert page(BUNDLE, "ledger", start)[1] == start


def test_the_press_answers_conditionally_and_has_its_bad_days() -> None:
    with Press(BUNDLE) as press:
        press.now = LAST
        ledger = press.url("ledger")
        status, headers, body = get(ledger)
        assert (status, body) == (200, page(BUNDLE, "ledger", LAST)[0])
        changed = headers["Last-Modified"]
        assert get(ledger, If_None_Match=headers["ETag"])[::2] == (304, b"")
        assert get(ledger, If_Modified_Since=changed)[0] == 304
        assert get(ledger, If_None_Match='"other"', If_Modified_Since=changed)[0] == 200
        status, headers, _ = get(press.url("haesol"), If_Modified_Since="Mon, 04 Aug 2025 12:00:00 GMT")
        assert (status, headers.get("ETag")) == (200, None)
        assert [get(press.url(name))[0] for name in ("armaments", "nobody")] == [200, 404]
        press.now = datetime(2025, 6, 13, 21, tzinfo=KST)
        assert get(press.url("armaments"))[0] == 403

import pytest

from extractors.model import Entry
from extractors.read.items import items
from tests.builders import NOW, feed
from tests.extractors.read.samples import TITLES, entry, keys, made
from tests.table import table


def test_an_edited_article_keeps_its_key() -> None:
    (before,), (after,) = made(entry()), made(entry(title="Korea and NATO sign"))
    assert (before.key, before.content) != (after.key, after.content)
    assert before.key == after.key


@table("links")
def test_one_article_under_many_links(links: tuple[str, str]) -> None:
    assert len(set(keys(*(entry(link=link) for link in links)))) == 1


def test_rotating_guids_change_nothing() -> None:
    told = [(t, f"https://a.kr/{n}", n) for n, t in enumerate(TITLES)]
    polls = [[entry(title=t, link=link, guid=f"urn:uuid:{poll}-{n}") for t, link, n in told] for poll in range(3)]
    assert keys(*polls[0]) == keys(*polls[1]) == keys(*polls[2])
    assert len(set(keys(*polls[0]))) == len(TITLES)


@pytest.mark.parametrize("guid", ["https://a.kr/?p=1", "1", "https://a.kr/view?idxno=12345", "AKR20250626001200315"])
def test_one_guid_for_all(guid: str) -> None:
    told = [entry(title=t, link=f"https://a.kr/{n}", guid=guid) for n, t in enumerate(TITLES)]
    assert len(set(keys(*told))) == len(TITLES)


@table("link")
def test_links_that_cannot_tell(link: str) -> None:
    dates = [f"2025-06-{10 + n} 10:00:00" for n in range(len(TITLES))]
    poll = [entry(title=t, link=link, guid=date, published_raw=date) for t, date in zip(TITLES, dates, strict=True)]
    assert len(set(keys(*poll))) == len(TITLES)
    assert keys(*poll) == keys(
        *(entry(title=e.title, link=link, guid="other", published_raw=e.published_raw, summary="edited") for e in poll)
    )
    # Half of them again, with something new on top: those known stay the same.
    new = entry(title="New", link=link, published_raw="2025-06-25 10:00:00")
    assert set(keys(new, *poll[:2])) >= set(keys(*poll)[:2])


def test_the_same_title_is_not_the_same_article() -> None:
    assert len(keys(*(entry(title="[인사]", link=f"https://a.kr/view?no={n}") for n in range(3)))) == 3
    dated = [entry(title="[인사]", link="", published_raw=f"2025-06-2{n}") for n in range(3)]
    assert len(keys(*dated)) == 3
    listed = {"title": "[인사]", "link": "https://a.kr/list", "published_raw": "2025-06-26"}
    told_apart = [entry(**listed, summary=f"부처 {n}") for n in range(3)]
    assert len(keys(*told_apart)) == 3
    untitled = [entry(title="", link="https://a.kr/list", summary=f"text {n}") for n in range(3)]
    assert len(keys(*untitled)) == 3


def test_a_section_number_is_no_article() -> None:
    titled = [entry(title=t, link=f"https://a.kr/10045/story-{n}-x") for n, t in enumerate(TITLES)]
    linked = [(f"https://a.kr/10045/story-{n}", f"2025-06-2{n}") for n in range(3)]
    dated = [entry(title="[부고]", link=link, published_raw=date) for link, date in linked]
    assert (len(keys(*titled)), len(keys(*dated))) == (len(TITLES), 3)


def test_an_article_listed_twice_under_an_edited_title_is_one() -> None:
    poll = [entry(title=t, link=f"https://a.kr/article/20250626000{n}") for n, t in enumerate(TITLES)]
    assert len(keys(*poll, entry(title="Edited", link="https://a.kr/politics/article/202506260001"))) == len(TITLES)


def test_a_wordpress_post_keeps_its_number_when_its_slug_changes() -> None:
    before = entry(link="https://a.com/2025/06/26/korea-agrees/", guid="https://a.com/?p=321")
    after = entry(link="https://a.com/2025/06/26/korea-signs/", guid="http://a.com/?p=321")
    assert keys(before) == keys(after)


def polls(*bodies: list[Entry]) -> list[list[int]]:
    """Keys of successive polls, each with what the one before left."""
    guids: tuple[tuple[int, int, int], ...] = ()
    found = []
    for body in bodies:
        read = items(body, feed(timezone="Asia/Seoul"), now=NOW, first_run=False, guids=guids)
        guids = tuple(item.guid for item in read if item.guid)
        found.append([item.key for item in read])
    return found


def test_r6_a_stable_guid_identifies_where_links_are_volatile() -> None:
    def body(token: str, *titles: str) -> list[Entry]:
        return [
            entry(title=t, link=f"https://a.kr/go?t={token}{n}", guid=f"urn:{t[:9]}", published_raw=f"2025-06-26 0{n}:00:00")
            for n, t in enumerate(titles)
        ]  # fmt: skip

    edited = (TITLES[0] + " (2)", *TITLES[1:], "New")
    first, second, third = polls(body("a1", *TITLES), body("b2", *TITLES), body("c3", *edited))
    assert first == second == third[:-1]
    assert len(set(third)) == len(TITLES) + 1


@pytest.mark.parametrize("guid", ["urn:uuid:{token}-{n}", "", "https://a.kr/view/{n}?s={token}"])
def test_r6_title_and_date_tell_where_links_and_guids_are_volatile(guid: str) -> None:
    def body(token: str, *numbers: int, title: str = "{}") -> list[Entry]:
        return [
            entry(
                title=title.format(TITLES[n % len(TITLES)]), link=f"https://a.kr/view/{n}?s={token}",
                guid=guid.format(token=token, n=n), published_raw=f"2025-06-26 0{n}:00:00",
            )
            for n in numbers
        ]  # fmt: skip

    first, second, third = polls(body("9a", 1, 2, 3), body("8b", 2, 3, 4), body("7c", 1, 2, 3, 4, 5))
    assert first[1:] == second[:2] == third[1:3]
    assert second[2] == third[3]
    assert len(set(third)) == 5
    # Where one stays they are stable, and another title or no date is another article.
    assert len({*polls(body("9a", 1, 2, 3))[0], *polls(body("9a", 1, 2, 3), body("8b", 1, 2, title="Not {}"))[1]}) == 5
    kept, mixed = polls(body("9a", 1, 2, 3), [*body("9a", 1), *body("8b", 2, 3)])
    assert kept[0] == mixed[0]
    assert len({*kept, *mixed}) == 5


def test_r6_a_guid_that_is_new_or_counts_places_tells_nothing() -> None:
    titles = [*TITLES, *(f"Other {n}" for n in range(len(TITLES)))]

    def body(first: int, guid: str) -> list[Entry]:
        return [entry(title=titles[n], link=f"https://a.kr/{n}", guid=guid.format(n - first)) for n in range(first, first + 4)]  # fmt: skip

    assert len({tuple(found) for found in polls(*(body(0, f"{poll}-{{}}") for poll in range(2)))}) == 1
    first, second, third = polls(*(body(poll, "{}") for poll in range(3)))
    assert (first[1:], second[1:]) == (second[:-1], third[:-1])
    assert len({*first, *second, *third}) == 6

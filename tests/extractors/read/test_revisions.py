import time
from itertools import pairwise

import pytest

from extractors.model import Item
from extractors.read import revisions
from tests.builders import item
from tests.extractors.mention.saying import LEXICON
from tests.table import table

MET = "They met in The Hague. A body is to be set up on 17 December. Views: 1,204"
BEFORE = item(title="Korea and NATO agree", summary=MET)


def says_more(before: Item, after: Item, revision: int = 0) -> bool:
    return revisions.says_more(before, after, LEXICON, revision=revision)


@table("summary")
def test_r1_a_text_that_says_more_or_other_things(summary: str) -> None:
    assert says_more(BEFORE, item(title="Korea and NATO agree", summary=summary))
    assert says_more(BEFORE, item(title="Korea and NATO agree", text=summary))
    assert says_more(BEFORE, item(title="Korea and NATO sign"))


@table("summary")
def test_r16_a_shorter_text_and_a_counter_are_no_news(summary: str) -> None:
    known = item(title=BEFORE.title, summary=f"{BEFORE.summary} 조회 1522 · 댓글 (4) | Comments (2)")
    assert not says_more(known, item(title="Korea and NATO agree", summary=summary))


def test_r16_a_number_in_the_title_is_news() -> None:
    assert says_more(item(title="120 howitzers: 1,204"), item(title="130 howitzers: 1,204"))


@table("counted")
@pytest.mark.parametrize("place", ["{told} {counter}", "{counter}. {told}", "{told} - {counter}"])
def test_r16_small_counters_are_no_news_wherever_they_stand(counted: str, place: str) -> None:
    told = "South Korea and NATO agreed on a body"
    texts = [place.format(told=told, counter=counted.replace("{}", str(number))) for number in (3, 4, 17, 1204)]
    for before, after in pairwise(texts):
        assert not says_more(item(title="Korea", summary=before), item(title="Korea", summary=after)), after
        assert not says_more(item(title=before), item(title=after))


def test_r16_a_piece_without_a_word_is_no_news() -> None:
    assert not says_more(item(title="K", summary="They met. | 12 | 3"), item(title="K", summary="They met. | 13 | 4"))


@table("counter")
def test_r16_a_small_number_beside_few_words_counts_whatever_they_are(counter: str) -> None:
    for before, after in pairwise(
        f"Korea and NATO agreed on a body. {counter.replace('{}', str(n))}" for n in (3, 4, 17, 31)
    ):
        assert not says_more(item(summary=before), item(summary=after)), after
    assert says_more(item(summary="They met."), item(summary=f"They met. {counter.replace('{}', '3')}"))


@table("language, before, after")
@pytest.mark.parametrize("revision", [0, 9])
def test_r16_a_moved_day_is_a_revision_however_often(language: str, before: str, after: str, revision: int) -> None:
    for field in ("summary", "title", "text"):
        first, then = (item(language=language, **{"title": "NATO", field: said}) for said in (before, after))
        assert says_more(first, then, revision)


def test_r16_in_an_article_that_was_revised_often_numbers_in_sentences_count() -> None:
    first, then = (item(summary=f"By now {n} of our readers have signed up for the newsletter of ours") for n in (3, 4))
    assert [says_more(first, then, revision) for revision in (0, 1, 2, 24)] == [True, True, False, False]


@pytest.mark.parametrize("unit", ["12.", "1,", "read 1 ", "(1) ", "| 1 ", "★1", "1:"])
def test_x1_rows_of_numbers_take_no_time(unit: str) -> None:
    begun = time.process_time()
    says_more(item(summary=unit * 2_000), item(summary=unit * 1_999, text=unit * 6_600))
    assert time.process_time() - begun < 0.5

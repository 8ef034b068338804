import time
from itertools import pairwise

import pytest

from extractors.read.revisions import says_more
from tests.builders import item

BEFORE = item(
    title="Korea and NATO agree", summary="They met in The Hague. A body is to be set up on 17 December. Views: 1,204"
)


@pytest.mark.parametrize(
    "summary",
    [
        "They met in The Hague. A body is to be set up on 24 December. Views: 1,204", "They met in The Hague. A body is to be set up on 17 December. It is to meet in 2026.",
        "A body was set up.", "17 January", "12월 17일로 변경",
    ],
)  # fmt: skip
def test_r1_a_text_that_says_more_or_other_things(summary: str) -> None:
    assert says_more(BEFORE, item(title="Korea and NATO agree", summary=summary))
    assert says_more(BEFORE, item(title="Korea and NATO agree", text=summary))
    assert says_more(BEFORE, item(title="Korea and NATO sign"))


@pytest.mark.parametrize(
    "summary",
    ["", "They met in The Hague.", "A body is to be set up on 17 December. They met in The Hague!", "They met in the Hague", BEFORE.summary + " Comments (3)",
     BEFORE.summary.replace("1,204", "1,377"), BEFORE.summary.replace("Views: 1,204", "Views: 7 | Updated 10:36")[:71], "조회 1523 · 댓글 (5)"]
)  # fmt: skip
def test_r16_a_shorter_text_and_a_counter_are_no_news(summary: str) -> None:
    known = item(title=BEFORE.title, summary=f"{BEFORE.summary} 조회 1522 · 댓글 (4) | Comments (2)")
    assert not says_more(known, item(title="Korea and NATO agree", summary=summary))


def test_r16_a_number_in_the_title_is_news() -> None:
    assert says_more(item(title="120 howitzers: 1,204"), item(title="130 howitzers: 1,204"))


@pytest.mark.parametrize(
    "counted",
    ["조회수 {}", "좋아요 {}개", "{} comments", "{} hours ago", "댓글 {}", "{} views", "Likes: {}", "{}분 전", "コメント {}", "阅读 {}", "{} Kommentare", "Shares ({})", "👍 {}", "Read by {} people", "Score: {}", "Gelesen: {} mal", "Lu {} fois", "閲覧数：{}", "{} min ago | {} replies"]
)  # fmt: skip
@pytest.mark.parametrize("place", ["{told} {counter}", "{counter}. {told}", "{told} - {counter}"])
def test_r16_small_counters_are_no_news_wherever_they_stand(counted: str, place: str) -> None:
    told = "South Korea and NATO agreed on a body"
    texts = [place.format(told=told, counter=counted.replace("{}", str(number))) for number in (3, 4, 17, 1204)]
    for before, after in pairwise(texts):
        assert not says_more(item(title="Korea", summary=before), item(title="Korea", summary=after)), after
        assert not says_more(item(title=before), item(title=after))


def test_r16_a_piece_without_a_word_is_no_news() -> None:
    assert not says_more(item(title="K", summary="They met. | 12 | 3"), item(title="K", summary="They met. | 13 | 4"))


@pytest.mark.parametrize("unit", ["12.", "1,", "read 1 ", "(1) ", "| 1 ", "★1", "1:"])
def test_x1_rows_of_numbers_take_no_time(unit: str) -> None:
    begun = time.process_time()
    says_more(item(summary=unit * 2_000), item(summary=unit * 1_999, text=unit * 6_600))
    assert time.process_time() - begun < 0.5

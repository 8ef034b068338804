import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.word.escape import TITLE_MAX, clean, link, plain, slack
from tests.table import table

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(ANYTHING, st.integers(1, 80))
def test_whatever_comes_is_one_visible_line_within_its_limit(text: str, limit: int) -> None:
    line = clean(text, limit)
    assert len(line) <= limit
    assert line == clean(line, limit) == " ".join(line.encode().decode().split())
    assert not {unicodedata.category(char) for char in line} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    escaped = slack(line)
    assert not set("<>*~`|") & set(escaped), "Slack sees no control character of its own"
    assert re.sub("&(amp|lt|gt);", "", escaped).count("&") == 0


@table("text, cleaned", ("word " * 3000, "word " * 59 + "word…"))
def test_cleaning_by_hand(text: str, cleaned: str) -> None:
    assert clean(text, TITLE_MAX) == cleaned


def test_plain_text_mentions_nobody() -> None:
    said = "@here, @Everyone and @channels <@U1> <!channel> <#C1> <b> a@b.example"
    assert plain(said) == "＠here, ＠Everyone and @channels ‹@U1> ‹!channel> ‹#C1> <b> a@b.example"


@table(
    "url, shown, host",
    (f"https://a.example/{'x' * 7900}", f"https://a.example/{'x' * 7900}", "a.example"),
    (f"https://a.example/{'x' * 8000}", "", ""),
)
def test_x15_r12_a_web_address_is_linked_as_what_it_is_and_nothing_else_is(url: str, shown: str, host: str) -> None:
    assert link(url) == (shown, host)

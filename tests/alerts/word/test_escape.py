import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.word.escape import TITLE_MAX, clean, link, plain, slack

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


@pytest.mark.parametrize(("text", "cleaned"), [
    ("  Korea \t\r\n NATO  ", "Korea NATO"),
    ("e\u0301", "é"),
    ("K" + "\u0323" * 9 + "x", "Ḳ" + "\u0323" * 3 + "x"),
    ("a\u3164b\u2800c\xadd", "abcd"),
    ("🇰🇷 👩‍🚀", "🇰🇷 👩🚀"),
    ("\x00\x01", ""),
    ("word " * 3000, "word " * 59 + "word…"),
])  # fmt: skip
def test_cleaning_by_hand(text: str, cleaned: str) -> None:
    assert clean(text, TITLE_MAX) == cleaned


def test_plain_text_mentions_nobody() -> None:
    said = "@here, @Everyone and @channels <@U1> <!channel> <#C1> <b> a@b.example"
    assert plain(said) == "＠here, ＠Everyone and @channels ‹@U1> ‹!channel> ‹#C1> <b> a@b.example"


NOWHERE = [
    "javascript:alert(1)", "JAVASCRIPT://x/%0aalert(1)", "data:text/html,x", "ftp://a.example/x", "//a.example/x",
    "https://nato.int@evil.example/", "https://a.example/x y", "https://a.example/x\ny", "https://a.example/\u202ex",
    "https://a.example/" + "x" * 8000, "https://" + "a" * 70 + ".example/", "https://[bad/", "https:///x", "",
]  # fmt: skip


@pytest.mark.parametrize(("url", "shown", "host"), [
    # a plain web address is linked and its true host shown
    *((url, url, host) for url, host in [
        ("https://en.yna.co.kr/view/AEN1?a=1&b=2#x", "en.yna.co.kr"), ("http://127.0.0.1:8080/a", "127.0.0.1"),
        ("https://[::1]/a", "::1"), ("https://a.example/" + "x" * 7900, "a.example"), ("https://a_b.example/", "a_b.example"),
    ]),
    # x15: a look-alike is spelt out in the link
    ("https://한국.kr/뉴스", "https://xn--3e0b707e.kr/뉴스", "xn--3e0b707e.kr"),
    ("https://p\u0430ypal.com:8443/p\u0430ypal.com", "https://xn--pypal-4ve.com:8443/p\u0430ypal.com", "xn--pypal-4ve.com"),
    ("https://N\u0410TO.int/", "https://xn--nto-6cd.int/", "xn--nto-6cd.int"),
    # r12: a raw character is encoded
    ("https://a.example/x|y?q='z'", "https://a.example/x%7Cy?q=%27z%27", "a.example"),
    ('https://a.example/"onclick=<b>`', "https://a.example/%22onclick=%3Cb%3E%60", "a.example"),
    *((url, "", "") for url in NOWHERE),
], ids=lambda text: text[:30])  # fmt: skip
def test_x15_r12_a_web_address_is_linked_as_what_it_is_and_nothing_else_is(url: str, shown: str, host: str) -> None:
    assert link(url) == (shown, host)

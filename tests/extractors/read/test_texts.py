import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.read.texts import MAX_SUMMARY, MAX_TEXT, chosen, clean, clean_title
from tests.table import table


@table("markup, text", ("\ud800x", "x"))
def test_r14_clean(markup: str, text: str) -> None:
    assert clean(markup) == text


@table("title, text")
def test_r14_clean_title(title: str, text: str) -> None:
    assert clean_title(title) == text


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(alphabet=st.sampled_from("a한<>/\"'&;#!-=xbscript \n\u202e\x00\x93Ã\xa9\ud800"), max_size=60))
def test_clean_text_is_one_line_without_anything_invisible(markup: str) -> None:
    for text in (clean(markup), clean_title(markup)):
        assert text == " ".join(text.split())
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in text)
        assert unicodedata.is_normalized("NFC", text)


def test_markup_of_quotes_takes_no_time() -> None:
    for unit in ('<a "', "<a '\"", "<", "</", "<!--", "<script ", "&", "&#", '<a b="c" ', "<p"):
        clean(unit * 20_000)
        clean_title(unit * 500)


TITLE = "South Korea and NATO agree on a body"
LEAD = "The two sides agreed on Wednesday in The Hague to set up a consultation body, the presidential office said."
WHOLE = f"<p>{LEAD}</p><p>It is to meet at the level of director-generals.</p>"


@table("nothing")
def test_r2_a_description_that_says_nothing_gives_way_to_the_content(nothing: str) -> None:
    assert chosen(TITLE, nothing, WHOLE) == (clean(WHOLE), "")


def test_r2_a_lead_stays_and_the_whole_text_beside_it() -> None:
    assert chosen(TITLE, LEAD, WHOLE) == (LEAD, clean(WHOLE))
    assert chosen(TITLE, LEAD, "") == chosen(TITLE, LEAD, f"<p>{LEAD}</p>") == (LEAD, "")
    assert chosen(TITLE, "Short.", "") == ("Short.", "")
    assert chosen(TITLE, TITLE, "") == ("", "")
    korean = "국가안보실장은 나토 사무총장과 만나 국장급 협의체에 합의했다."
    assert chosen("한-나토 합의", korean, korean * 3)[0] == korean
    lead, whole = chosen(TITLE, "Comments", "word " * 10_000)
    assert (len(lead), len(whole)) == (MAX_SUMMARY, MAX_TEXT)

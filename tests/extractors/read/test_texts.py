import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.read.texts import MAX_SUMMARY, MAX_TEXT, chosen, clean, clean_title


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"), ("  padded \n title  ", "padded title"), ("<p>나<b>토</b>와 <a href='x'>방산</a></p><p>협의체</p>", "나토와 방산 협의체"),
        ("one<br>two<br/>three<hr />four", "one two three four"), ("<img src='a' alt=\"b > c\">(서울=연합뉴스)", "(서울=연합뉴스)"),
        ("before<script>if (a < b) alert('x')</script><style>p{}</style><!-- c -->after", "before after"), ("text <script>never closed", "text"),
        ("cut <img src='http://x", "cut"), ("3 < 5 and 5 > 3, <표1>", "3 < 5 and 5 > 3, <표1>"),
        ("R&amp;D, R&D, &lt;b&gt;, &amp;#39;x&amp;#39;, &nbsp;|&hellip;", "R&D, R&D, <b>, 'x', |…"),
        ("a\u200bb\u202ec\u2066d\ufeffe\x00f\x0bg\u00adh", "abcdef gh"), ("한\u00a0나\u3000토", "한 나 토"), (unicodedata.normalize("NFD", "한국"), "한국"),
        ("don\x92t \x93quote\x94", "don’t “quote”"), ("caf\u00c3\u00a9", "café"),
        ("&lt;p&gt;They &lt;b&gt;agreed&lt;/b&gt;.&lt;/p&gt;", "They agreed."), ("&amp;lt;p&amp;gt;They&amp;lt;br/&amp;gt;agreed.", "They agreed."),
        ("\ud800x", "x"), ("&lt;![CDATA[x]]&gt;", "x"), ("&lt;ul&gt;&lt;li&gt;one&lt;/li&gt;&lt;li&gt;two&lt;/li&gt;&lt;/ul&gt;", "one two"), ("a &lt;hr/&gt; b &lt;td&gt;c", "a b c")
    ]
)  # fmt: skip
def test_r14_clean(markup: str, text: str) -> None:
    assert clean(markup) == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("  [속보] 한-나토 &amp;#8216;방산&amp;#8217; ", "[속보] 한-나토 ‘방산’"), ("<표> 방산 <KBS> a < b", "<표> 방산 <KBS> a < b"),
        ("<b>속보</b> &lt;strong&gt;한&lt;/strong&gt;", "속보 한"), ("NATO<br>Korea<br/>agree", "NATO Korea agree"),
        ("<p>NATO</p><p>Korea</p>", "NATO Korea"), ("NATO&lt;!-- x --&gt; Korea", "NATO Korea"), ("&lt;![CDATA[NATO Korea]]&gt;", "NATO Korea"), ("NATO&lt;center&gt;Korea&lt;/center&gt;", "NATO Korea"),
        ("&lt;ul&gt;&lt;li&gt;NATO&lt;/li&gt;&lt;li&gt;Korea&lt;/li&gt;", "NATO Korea"), ("de&lt;wbr&gt;fence", "defence"), ("NA<b>TO</b>", "NATO"), ("코로나19&#160;재확진", "코로나19 재확진")
    ]
)  # fmt: skip
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


@pytest.mark.parametrize(
    "nothing",
    ["", "&nbsp;", "<img src='a.jpg'>", TITLE, f"<b>{TITLE}</b>.", "Comments", "Read more", f"<p>The post <a href='x'>{TITLE}</a> appeared first on <a href='y'>Harbour Defence</a>.</p>",
     f"Der Beitrag {TITLE} erschien zuerst auf Hafenpost.", "By John Smith, Brussels", "<a href='x'>[link]</a> <a href='y'>[comments]</a>"]
)  # fmt: skip
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

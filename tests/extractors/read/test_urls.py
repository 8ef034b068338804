from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.read.urls import MAX_URL, article_id, canonical, without_slug
from tests.table import table


def identity(url: str) -> str:
    return article_id(url) or without_slug(url)


@table("urls")
def test_one_article(urls: tuple[str, ...]) -> None:
    assert len({identity(url) for url in urls}) == 1, [identity(url) for url in urls]


@table("urls", (f"https://x.kr/{'a' * MAX_URL}1", f"https://x.kr/{'a' * MAX_URL}2"))
def test_different_articles(urls: tuple[str, ...]) -> None:
    for one, other in combinations(urls, 2):
        assert identity(one) != identity(other)


@table("url, form")
def test_canonical_form(url: str, form: str) -> None:
    assert canonical(url) == form


PIECES = st.sampled_from(
    ["https://", "http://", "www.", "m.", "amp.", "x.kr", "X.com", ":80", ":8080", "/", "//", "/amp", "%41", "%", "%2", "%EA", "한", "?", "&", "id=1",
     "utm_a=b", "title=t", "from=rss", "url=https%3a%2f%2fy.kr%2fa", "bing.com", "#", "#/a", ";jsessionid=1", "/article/", "12345", "-", "a", ".html", "@", "[", "]", " "]
)  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=250)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_canonical_is_idempotent_and_never_raises(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
    assert article_id(once) == article_id(url)
    assert without_slug(once) == without_slug(url)


def test_x1_a_long_address_takes_no_time() -> None:
    for unit in ("?idxno=", "&newsid=a", "/article/", "-", "http://a.kr/", "%2", "/https://a.b/"):
        url = "https://a.kr/" + unit * 15_000
        assert (article_id(url), without_slug(url)) == (None, url)
        canonical(url)
    article_id("https://a.kr/x" + "?idxno=" * 250)

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.read.urls import MAX_URL, article_id, canonical, without_slug


def identity(url: str) -> str:
    return article_id(url) or without_slug(url)


@pytest.mark.parametrize(
    "urls",
    [
        # Yonhap: the id in the path, whatever the query, the host and the edition of the page
        (
            "https://en.yna.co.kr/view/AEN20250626001200315?section=news&input=rss",
            "http://en.yna.co.kr/view/AEN20250626001200315?input=rss&section=news", "https://m.en.yna.co.kr/view/AEN20250626001200315/",
            "https://www.yna.co.kr/amp/view/AEN20250626001200315#top", "AEN20250626001200315"
        ),
        (
            "https://cn.yna.co.kr/view/ACK20250105001400881",
            "https://m-cn.yna.co.kr/view/ACK20250105001400881?input=rss"
        ),
        (
            "https://www.newsis.com/view?id=NISX20250626_0003230000",
            "https://mobile.newsis.com/view/NISX20250626_0003230000"
        ),
        # Korean government and content systems: the number in the query
        (
            "https://www.korea.kr/briefing/pressReleaseView.do?newsId=156762515&call_from=rsslink",
            "http://korea.kr/news/pressReleaseView.do?newsId=156762515",
            "https://m.korea.kr/briefing/pressReleaseView.do?pageIndex=1&newsId=156762515"
        ),
        (
            "http://www.x.kr/news/articleView.html?idxno=204226", "https://m.x.kr/news/articleView.html?idxno=204226",
            "https://www4.x.kr/news/articleViewAmp.html?idxno=204226", "https://www.x.kr:443/news/articleView.html?replyAll=&idxno=204226",
            "https://www.x.kr/https://www.x.kr/news/articleView.html?idxno=204226",
            "http://www.x.kr/http:/www.x.kr/news/articleView.html?idxno=204226"
        ),
        # the digits after article/, under any section
        (
            "https://www.khan.co.kr/politics/politics-general/article/202207310639001/?utm_campaign=rss_btn_click",
            "https://www.khan.co.kr/world/world-general/article/202207310639001",
            "https://m.khan.co.kr/article/202207310639001/amp"
        ),
        (
            "https://www.hankyung.com/article/202506261234i",
            "https://www.hankyung.com/politics/article/202506261234i?from=rss"
        ),
        (
            "https://news-ex.jtbc.co.kr/article/NB12252525",
            "https://news-ex.jtbc.co.kr/politics/article/NB12252525/a-title"
        ),
        (
            "http://www.hani.co.kr/arti/politics/defense/1204900.html",
            "https://www.hani.co.kr/arti/politics/diplomacy/1204900.html"
        ),
        # Arc and WordPress
        (
            "https://www.chosun.com/politics/2022/01/12/CGNVUA6EZBADROR2A3Z25UCYUQ/",
            "https://www.chosun.com/politics/politics_general/2022/01/12/CGNVUA6EZBADROR2A3Z25UCYUQ/?outputType=amp"
        ),
        ("https://x.com/?p=123", "http://www.x.com/?p=123", "https://x.com/index.php?p=123"),
        # decoration of every kind
        (
            "https://x.com/2025/06/26/korea-nato/", "http://www.x.com/2025/06/26/korea-nato", "https://X.com:443/2025/06/26/korea-nato",
            "https://user:word@x.com/2025/06/26/korea-nato", "https://x.com./2025/06/26/korea-nato", "https://x.com//2025/06/26/korea-nato/#comments",
            "https://x.com/2025/06/26/korea-nato/amp/", "https://x.com/amp/2025/06/26/korea-nato", "https://x.com/2025/06/26/korea-nato/?amp=1",
            "https://x.com/2025/06/26/korea-nato?outputType=amp&from=rss&ref=main",
            "https://x.com/2025/06/26/korea-nato;jsessionid=4F?fbclid=abc&UTM_Source=x&at_medium=rss&gclid=1",
            "https://amp.x.com/2025/06/26/korea-nato", "https://x-com.cdn.ampproject.org/c/s/x.com/2025/06/26/korea-nato/",
            "https://www.google.com/amp/s/x.com/2025/06/26/korea-nato/",
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url=https%3a%2f%2fx.com%2f2025%2f06%2f26%2fkorea-nato%2f&c=1",
            "https://www.google.com/url?rct=j&sa=t&url=https://x.com/2025/06/26/korea-nato&ct=ga", " https://x.com/2025/06/26/ko\nrea-nato "
        ),
        ("https://x.kr/view?no=5&page=1", "https://x.kr/view?page=1&no=5", "https://x.kr/view?page=1&amp;no=5"),
        ("https://x.com/a%7eb", "https://x.com/a~b", "https://x.com/%61~b"),
        ("https://x.com/a?b=%ed%95%9c", "https://x.com/a?b=%ED%95%9C", "https://x.com/a?b=한"),
        # a title that changes beside a number
        (
            "https://x.kr/news/81234/korea-nato-agree",
            "https://x.kr/news/81234/korea-nato-sign-pact",
            "https://x.kr/news/81234"
        ),
        ("https://x.kr/news/81234/%ED%95%9C-%EB%82%98%ED%86%A0", "https://x.kr/news/81234/한-나토-방산"),
        ("https://x.kr/news/20250626-0001/korea_nato", "https://x.kr/news/20250626-0001/korea_nato_2"),
        ("https://x.kr/korea-nato-agree-81234.html", "https://x.kr/korea-nato-sign-81234.html"),
        ("https://x.kr/81234-korea-nato-agree", "https://x.kr/81234-korea-nato-sign"),
        ("https://x.kr/view?id=81234&title=a", "https://x.kr/view?title=b&id=81234"),
        ("https://x.de/en/some-title-here/a-72345678", "https://x.de/en/some-other-title/a-72345678")
    ]
)  # fmt: skip
def test_one_article(urls: tuple[str, ...]) -> None:
    assert len({identity(url) for url in urls}) == 1, [identity(url) for url in urls]


@pytest.mark.parametrize(
    "urls",
    [
        *(
            tuple(f"https://x.kr/view?{name}={n}" for n in (1, 2))
            for name in ("id", "no", "seq", "aid", "newsid", "newsId", "ncd", "idx", "key", "p")
        ),
        ("https://x.kr/a.php?ref=12", "https://x.kr/a.php?ref=13", "https://x.kr/a.php"),
        ("https://x.kr/bbs?board=1&id=5", "https://x.kr/bbs?board=2&id=5"),
        ("https://x.kr/?p=1&lang=en", "https://x.kr/?p=1&lang=ko", "https://x.kr/?p=1"), ("https://x.kr/view?title=a", "https://x.kr/view?title=b"),
        ("https://x.kr/view?id=%b0%a1", "https://x.kr/view?id=%b0%a2"), ("https://x.kr/#/news/1", "https://x.kr/#/news/2", "https://x.kr/#!/news/1"),
        ("https://x.com/A", "https://x.com/a"), ("https://x.com:8080/a", "https://x.com/a", "https://y.com/a", "https://news.x.com/a"),
        ("https://x.com/2025/06/26/korea-nato", "https://x.com/2025/06/26/korea-eu"),
        ("https://x.com/20250626/korea-nato", "https://x.com/20250626/korea-eu"),
        ("https://x.com/202506/korea-nato", "https://x.com/202506/korea-eu"),
        ("https://x.com/2025-06-26/korea-nato", "https://x.com/2025-06-26/korea-eu"),
        ("https://x.com/2025/korea-nato", "https://x.com/2025/korea-eu"), ("https://x.com/korea-nato-20250626", "https://x.com/korea-eu-20250626"),
        ("https://x.com/20250626-korea-nato", "https://x.com/20250626-korea-eu"),
        ("https://x.com/shells-worth-100000", "https://x.com/kospi-at-100000"), ("https://x.com/korea-2025", "https://x.com/korea-2024"),
        ("https://x.com/article/2025/06/26/korea-nato", "https://x.com/article/2025/06/26/korea-eu"),
        ("https://x.com/article/20250626/1", "https://x.com/article/20250626/2"),
        ("https://x.com/articles/korea-nato", "https://x.com/articles/korea-eu"),
        ("https://n.news.naver.com/article/001/0015475555", "https://n.news.naver.com/article/003/0015475555"),
        ("https://www.bbc.com/news/articles/c0de12xyz9o", "https://www.bbc.com/news/articles/c1de12xyz9o"),
        ("https://www.bbc.com/news/world-asia-65881803", "https://www.bbc.com/news/world-asia-65881804"),
        ("https://x.kr/sub/view?idxno=1", "https://y.kr/sub/view?idxno=1"), (f"https://x.kr/{'a' * MAX_URL}1", f"https://x.kr/{'a' * MAX_URL}2"),
        ("tag:x.kr,2025:1", "tag:x.kr,2025:2", "", "12345", "https://", "http://[")
    ]
)  # fmt: skip
def test_different_articles(urls: tuple[str, ...]) -> None:
    for one, other in combinations(urls, 2):
        assert identity(one) != identity(other)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("HTTP://WWW.X.com:80/a/b/?b=2&a=1#f", "https://x.com/a/b?a=1&b=2"), ("https://www.co.kr/a", "https://co.kr/a"),
        ("https://m.kr/a", "https://m.kr/a"), ("http://[2001:db8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        ("https://x.com/100%/a b", "https://x.com/100%25/a%20b"), ("http://x.com?id=1", "https://x.com?id=1"), ("ftp://x.com/a", "ftp://x.com/a"),
        ("http://[x", "http://[x"), ("  tag:x ", "tag:x")
    ]
)  # fmt: skip
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

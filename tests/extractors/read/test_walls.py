import re

import pytest

from extractors.model import Fetched, OutcomeKind
from extractors.read.feed import looked_at, parse
from tests.extractors.read.samples import FEED, HOME, WALL, read, rss


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", OutcomeKind.EMPTY, "no bytes"), (b" \r\n\0", OutcomeKind.EMPTY, "no bytes"), (rss("").encode(), OutcomeKind.EMPTY, "a feed without entries"),
        (rss("<item><description>x</description></item>").encode(), OutcomeKind.EMPTY, "1 entries without title and link left out"),
        (b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>', OutcomeKind.EMPTY, "a feed without entries"),
        (HOME.encode(), OutcomeKind.NOT_A_FEED, "an HTML page titled “The Harbour Post – home”"),
        (b"<html><body>hello</body></html>", OutcomeKind.NOT_A_FEED, "an HTML page without a title"), (b'{"items": []}', OutcomeKind.NOT_A_FEED, "JSON that begins “{"),
        (b"hello", OutcomeKind.NOT_A_FEED, "text that begins “hello”"), (b"<urlset><url/></urlset>", OutcomeKind.NOT_A_FEED, "XML that begins “<urlset>"),
        (b"%PDF-1.7 \x01\x02", OutcomeKind.NOT_A_FEED, "the body is a PDF file"),
        (b"<html><head><title>x</title></head><body><item></body></html>", OutcomeKind.NOT_A_FEED, "an HTML page titled “x”"),
        (WALL.encode(), OutcomeKind.BLOCKED, "an HTML page titled “Just a moment...”"),
        (b"<html><head><title>Access Denied</title></head><body>Reference #18.2 https://errors.edgesuite.net/18</body></html>", OutcomeKind.BLOCKED, "Access Denied"),
        (b'<html><body><iframe src="/_Incapsula_Resource?x">Incapsula incident ID: 1</iframe></body></html>', OutcomeKind.BLOCKED, "Incapsula"),
        (b"<html><title>Client Challenge</title></html>", OutcomeKind.BLOCKED, "Client Challenge"), (b"<html><h1>Sorry, you have been blocked</h1></html>", OutcomeKind.BLOCKED, "blocked"),
        (b'<html><title>Security Verification</title><script src="/_sec/cp_challenge/ak.js"></script></html>', OutcomeKind.BLOCKED, "Verification"),
        (b'<html><script src="/aes.js"></script><script>slowAES.decrypt()</script></html>', OutcomeKind.BLOCKED, "slowAES"),
        (b"<html><title>DDOS-GUARD</title></html>", OutcomeKind.BLOCKED, "DDOS-GUARD"),
        ("<html><body>비정상적인 접근이 감지되어 접속이 차단되었습니다.</body></html>".encode("cp949"), OutcomeKind.BLOCKED, "비정상적인 접근"),
        (b'<html><body><div class="g-recaptcha"></div></body></html>', OutcomeKind.BLOCKED, "captcha"),
        ("韓国とNATOの防衛協議の発表".encode("shift_jis"), OutcomeKind.UNDECODABLE, "no utf-8"),
        (rss("<item><title>x</title></item>" * 101).encode(), OutcomeKind.TOO_LARGE, "101 entries, more than 100"),
    ],
)  # fmt: skip
def test_what_is_no_feed_ends_in_its_outcome(body: bytes, kind: OutcomeKind, reason: str) -> None:
    parsed = read(body)
    assert (parsed.problem, parsed.entries) == (kind, ())
    assert reason in parsed.reason


def test_a_sites_own_page_names_captchas_too() -> None:
    page = HOME.replace("</head>", "<script>grecaptcha</script></head>").replace("News", "news " * 10_000)
    assert read(page).problem is OutcomeKind.NOT_A_FEED


@pytest.mark.parametrize(
    ("body", "name"), [(b"\x89PNG\r\n\x1a\n\0", "PNG"), (b"%PDF-1.7 \xe2", "PDF"), (b"\x1f\x8b\x08", "gzip")]
)
def test_a_file_that_is_no_text_is_no_feed(body: bytes, name: str) -> None:
    parsed = parse(body, "application/xml", FEED, max_entries=10)
    assert (parsed.problem, parsed.reason) == (OutcomeKind.NOT_A_FEED, f"the body is a {name} file")


WALLED = b"<html><head><title>Just a moment...</title></head></html>"
PAGE = b"<html><head><title>Maintenance</title></head></html>"


@pytest.mark.parametrize(
    ("status", "page", "kind", "words"),
    [
        (403, WALLED, OutcomeKind.BLOCKED, "403 Forbidden; .*Just a moment"),
        (503, WALLED, OutcomeKind.BLOCKED, "503 Service Unavailable; .*Just a moment"),
        (503, PAGE, OutcomeKind.SERVER_ERROR, "503 Service Unavailable; .*Maintenance"),
        (404, WALLED, OutcomeKind.GONE, "404 Not Found; .*Just a moment"),
        (429, WALLED, OutcomeKind.RATE_LIMITED, "429 Too Many Requests; .*Just a moment"),
        (500, b"", OutcomeKind.SERVER_ERROR, "500 Internal Server Error$"),
        (500, b"<rss><channel><item><title>A</title></item></channel></rss>", OutcomeKind.SERVER_ERROR, "500 Internal Server Error$")
    ]
)  # fmt: skip
def test_what_an_errors_page_looks_like(status: int, page: bytes, kind: OutcomeKind, words: str) -> None:
    got = Fetched(
        feed="a",
        kind=kind if kind is not OutcomeKind.BLOCKED or status == 403 else OutcomeKind.SERVER_ERROR,
        reason=words.partition(";")[0].rstrip("$"),
        body=page,
    )
    seen = looked_at(got, FEED)
    assert (seen.kind, seen.body) == (kind, b"")
    assert re.match(words, seen.reason)


@pytest.mark.parametrize(
    "page",
    [
        "<html><title>Pardon Our Interruption</title></html>",
        "<html><head><title></title><script>window.gokuProps = {}</script><script src='https://a.token.awswaf.com/challenge.js'></script></head></html>",
        "<html><title>Human Verification</title><body>JavaScript is disabled</body></html>", "<html><body><div class='cf-turnstile'></div></body></html>",
        "<html><body><script>var dd={'host':'geo.captcha-delivery.com'}</script></body></html>",
        "<html><title>Access to this page has been denied</title><div id='px-captcha'></div></html>", "<html><title>Making sure you&#39;re not a bot!</title></html>",
        "<html><body>The requested URL was rejected. Please consult with your administrator.</body></html>", "<html><title>Vercel Security Checkpoint</title></html>",
        "<html><script>document.cookie='_x=1;path=/';location.reload();</script></html>", "<html><h1>웹방화벽에 의해 차단되었습니다</h1></html>", '{"message": "Bot detected"}', "Request denied",
    ],
)  # fmt: skip
def test_r5_a_wall_is_a_block_with_any_status(page: str) -> None:
    assert read(page).problem is OutcomeKind.BLOCKED
    got = Fetched(feed="a", kind=OutcomeKind.SERVER_ERROR, reason="405", status=405, body=page.encode())
    assert looked_at(got, FEED).kind is OutcomeKind.BLOCKED

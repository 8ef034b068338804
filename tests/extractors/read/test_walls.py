import re

import pytest

from extractors.model import Fetched, OutcomeKind
from extractors.read.feed import looked_at, parse
from tests.extractors.read.samples import FEED, HOME, read, rss
from tests.table import table


@table(
    "body, kind, reason",
    (
        "<html><body>비정상적인 접근이 감지되어 접속이 차단되었습니다.</body></html>".encode("cp949"),
        OutcomeKind.BLOCKED,
        "비정상적인 접근",
    ),
    ("韓国とNATOの防衛協議の発表".encode("shift_jis"), OutcomeKind.UNDECODABLE, "no utf-8"),
    (rss("<item><title>x</title></item>" * 101).encode(), OutcomeKind.TOO_LARGE, "101 entries, more than 100"),
)
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


@table("status, page, kind, words")
def test_what_an_errors_page_looks_like(status: int, page: bytes, kind: OutcomeKind, words: str) -> None:
    first = kind if kind is not OutcomeKind.BLOCKED or status == 403 else OutcomeKind.SERVER_ERROR
    got = Fetched(feed="a", kind=first, reason=words.partition(";")[0].rstrip("$"), body=page)
    seen = looked_at(got, FEED)
    assert (seen.kind, seen.body) == (kind, b"")
    assert re.match(words, seen.reason)


@table("page")
def test_r5_a_wall_is_a_block_with_any_status(page: str) -> None:
    assert read(page).problem is OutcomeKind.BLOCKED
    got = Fetched(feed="a", kind=OutcomeKind.SERVER_ERROR, reason="405", status=405, body=page.encode())
    assert looked_at(got, FEED).kind is OutcomeKind.BLOCKED

from datetime import UTC, datetime, timedelta

import pytest

from extractors.fetch.answers import answered, min_wait, outcome_of, retry_after
from extractors.model import OutcomeKind, Request
from tests.builders import NOW, feed
from tests.table import table

DATE = "Thu, 26 Jun 2025 03:00:00 GMT"


@table("status, kind")
def test_each_status_has_one_outcome(status: int, kind: OutcomeKind | None) -> None:
    assert outcome_of(status, {}) is kind


@pytest.mark.parametrize("status", [200, 202, 403, 405, 503])
@table("header")
def test_r5_a_challenge_is_a_block_whatever_its_status(status: int, header: tuple[str, str]) -> None:
    got = answered(Request(feed=feed()), status, dict([header]), url="", received=NOW)
    assert (got.kind, str(status) in got.reason) == (OutcomeKind.BLOCKED, True)
    assert outcome_of(200, {header[0]: "count"}) is None


def test_r5_304_answers_conditional_requests_alone() -> None:
    for etag, kind in (('"1"', OutcomeKind.UNCHANGED), (None, OutcomeKind.SERVER_ERROR)):
        got = answered(Request(feed=feed(), etag=etag), 304, {}, url="", received=NOW)
        assert got.kind is kind


@table("headers, seconds", ({"Retry-After": "9" * 400}, 999_999_999))
def test_retry_after_in_both_forms(headers: dict[str, str], seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(headers, received=NOW) == expected


@table("headers, seconds")
def test_how_long_an_answer_stays_fresh(headers: dict[str, str], seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert min_wait(headers, received=NOW) == expected


def test_only_validators_that_can_be_sent_back_are_kept() -> None:
    def validators(**headers: str) -> tuple[str | None, str | None]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        got = answered(Request(feed=feed()), 200, named, url="http://a.example/", received=datetime.now(UTC))
        return got.etag, got.last_modified

    assert validators(ETag='W/"1"', Last_Modified=DATE) == ('W/"1"', DATE)
    assert validators(ETag='"ä"', Last_Modified="") == (None, None)
    assert validators(ETag='"' + "x" * 600 + '"', Last_Modified="a\tb") == (None, None)


def test_retry_after_counts_on_429_and_503_only() -> None:
    for status, counts in ((429, True), (503, True), (500, False), (301, False)):
        got = answered(Request(feed=feed()), status, {"Retry-After": "60"}, url="", received=NOW)
        assert (got.retry_after is not None) is counts
        assert str(status) in got.reason


def test_a_status_in_words() -> None:
    words = [answered(Request(feed=feed()), status, {}, url="", received=NOW).reason for status in (404, 599, 206)]
    unknown, part = "599, a status that HTTP does not know", "206 Partial Content, though the whole was asked for"
    assert words == ["404 Not Found", unknown, part]

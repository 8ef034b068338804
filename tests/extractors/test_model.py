from datetime import UTC, date, datetime

import pytest

from extractors.model import ConfigError, OutcomeKind, Request
from tests.builders import feed, item


@pytest.mark.parametrize(("key", "written"), [(1, "0000000000000001"), (-1, "f" * 16), (-(2**63), "8" + "0" * 15)])
def test_an_items_id_is_its_key_in_hex(key: int, written: str) -> None:
    assert item(key=key).item_id == written


def test_a_refused_configuration_says_where_why_and_how_to_mend() -> None:
    error = ConfigError(file="feeds.toml", table="feed 2", reason="is double", mend="Remove one.")
    assert str(error) == "feeds.toml, feed 2: is double. Remove one."
    assert (error.file, error.table, error.key) == ("feeds.toml", "feed 2", "")


def test_what_counts_against_a_feeds_health() -> None:
    assert {kind for kind in OutcomeKind if not kind.failed} == {"new", "unchanged", "empty"}


def test_a_request_asks_the_feed_or_one_of_its_pages() -> None:
    source = feed()
    assert Request(feed=source).url == source.url
    assert Request(feed=source, page="https://a.example/1").url == "https://a.example/1"


@pytest.mark.parametrize(("offset", "day"), [(540, 26), (0, 25), (-300, 25), (130, 26)])
def test_r4_a_day_is_the_outlets_own_in_every_language(offset: int, day: int) -> None:
    late = datetime(2025, 6, 25, 22, tzinfo=UTC)
    for language in ("en", "ko"):
        assert item(language=language, published_at=late, utc_offset=offset).local_day == date(2025, 6, day)
    assert item(published_at=None, utc_offset=offset).local_day is None

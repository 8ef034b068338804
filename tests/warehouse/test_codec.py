from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.model import Alert, Delivery, Facts, Part, Source
from extractors.model import Feed, FeedState
from extractors.story import Event, Evidence, Mention
from tests import builders as b
from warehouse.codec import decode, encode

KINDS = (FeedState, Event, Mention, Evidence, Delivery, Facts, Alert, Source, Part, Feed)
AWARE = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    at: time
    day: date
    pair: tuple[int, str]
    span: timedelta
    nested: tuple[Evidence, ...] = ()
    late: str = "default"


@pytest.mark.parametrize("kind", KINDS)
def test_every_noun_comes_back_equal(kind: type) -> None:
    st.register_type_strategy(datetime, AWARE)

    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(st.builds(kind))
    def check(value: object) -> None:
        assert decode(kind, encode(value)) == value

    check()


def test_odd_types_and_types_come_back_too() -> None:
    odd = Odd(at=time(9, 30), day=date(2025, 6, 25), pair=(1, "x"), span=timedelta(days=1, microseconds=3))
    assert decode(Odd, encode(odd)) == odd
    back = decode(Event, encode(b.event()))
    assert type(back.track) is type(b.event().track)
    assert back.first_reported_at.tzinfo is UTC


def test_fields_that_came_later_or_went_are_no_harm() -> None:
    text = encode(Odd(at=time(), day=date(2025, 1, 1), pair=(1, ""), span=timedelta())).replace('"late"', '"gone"')
    assert decode(Odd, text).late == "default"


def test_text_is_ascii_whatever_a_feed_sends() -> None:
    assert encode(b.item(title="한\ud800\0")).isascii()


def test_what_has_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        encode(object())

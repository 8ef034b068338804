from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.model import Alert, Delivery
from extractors.model import Feed, FeedState
from extractors.story import Event, Evidence, Mention
from tests import builders as b
from warehouse.codec import decode, encode, lean

AWARE = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    at: time
    day: date
    pair: tuple[int, str]
    span: timedelta
    nested: tuple[Evidence, ...] = ()
    late: str = "default"


ODD = Odd(at=time(9, 30), day=date(2025, 6, 25), pair=(1, "x"), span=timedelta(days=1, microseconds=3))


@pytest.mark.parametrize("kind", [FeedState, Event, Mention, Delivery, Alert, Feed, Odd])
def test_every_noun_comes_back_equal(kind: type) -> None:
    st.register_type_strategy(datetime, AWARE)
    st.register_type_strategy(time, st.times())
    st.register_type_strategy(timedelta, st.just(ODD.span))
    st.register_type_strategy(
        str, st.text(alphabet="a0é한🛰\0\n'\"\\{")
    )  # of all there is, a first run makes a map: 2 s

    @settings(max_examples=5, deadline=None, derandomize=True)
    @given(st.builds(kind))
    def check(value: object) -> None:
        assert decode(kind, encode(value)) == decode(kind, lean(kind)(value)) == value

    check()


def test_what_has_its_default_is_left_out_of_many() -> None:
    assert lean(FeedState)(FeedState(feed="a", failures=2)) == '{"feed":"a","failures":2}'


def test_fields_that_came_later_or_went_are_no_harm() -> None:
    assert decode(Odd, encode(ODD).replace('"late"', '"gone"')) == ODD
    event = decode(Event, encode(b.event()))
    assert (type(event.track), event.first_reported_at.tzinfo) == (type(b.event().track), UTC)


def test_text_is_ascii_whatever_a_feed_sends_and_what_has_no_json_is_refused() -> None:
    assert encode(b.item(title="한\ud800\0")).isascii()
    with pytest.raises(TypeError, match="object"):
        encode(object())

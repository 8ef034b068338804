from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.decide.retry import settle
from alerts.model import Channel, Delivery, DeliveryState, ResultKind, SendResult
from tests import builders
from tests.builders import NOW

DESK = builders.channel()
FAILURES = [ResultKind.REFUSED, ResultKind.TRANSIENT, ResultKind.BROKEN, ResultKind.RATE_LIMITED]
START = Delivery(alert_id="a", channel="desk", state=DeliveryState.PENDING)


def _after(
    delivery: Delivery,
    kind: ResultKind,
    *,
    now: datetime = NOW,
    jitter: float = 0.0,
    retry_after: timedelta | None = None,
    channel: Channel = DESK,
) -> Delivery:
    result = SendResult(kind=kind, reason="because", retry_after=retry_after)
    return settle(delivery, result, channel, now=now, jitter=jitter)


def test_sent_is_the_end() -> None:
    done = _after(_after(START, ResultKind.TRANSIENT), ResultKind.SENT, now=NOW + timedelta(minutes=1))
    assert (done.state, done.attempts, done.sent_at, done.next_attempt_at, done.reason) == (
        DeliveryState.SENT,
        2,
        NOW + timedelta(minutes=1),
        None,
        "",
    )
    assert done.first_attempt_at == NOW


@pytest.mark.parametrize("kind", FAILURES)
def test_the_wait_doubles_from_a_minute_to_six_hours(kind: ResultKind) -> None:
    delivery, now, waits = START, NOW, []
    for _ in range(12):
        delivery = _after(delivery, kind, now=now)
        assert (delivery.state, delivery.reason) == (DeliveryState.PENDING, "because")
        assert delivery.next_attempt_at is not None
        waits.append(delivery.next_attempt_at - now)
        now = delivery.next_attempt_at
    assert waits == [timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360)]


def test_retry_after_is_a_floor_and_never_shortens() -> None:
    long = _after(START, ResultKind.RATE_LIMITED, retry_after=timedelta(hours=8))
    short = _after(START, ResultKind.RATE_LIMITED, retry_after=timedelta(seconds=5))
    assert long.next_attempt_at == NOW + timedelta(hours=8)
    assert short.next_attempt_at == NOW + timedelta(minutes=1)


def test_a_lost_reply_is_no_completed_attempt_and_is_sent_again_in_the_next_cycle() -> None:
    lost = _after(START, ResultKind.UNKNOWN)
    assert (lost.state, lost.attempts, lost.repeat, lost.next_attempt_at) == (DeliveryState.UNKNOWN, 0, True, NOW)
    later = _after(lost, ResultKind.TRANSIENT, now=NOW + timedelta(hours=30))
    assert (later.attempts, later.first_attempt_at, later.repeat) == (1, NOW + timedelta(hours=30), True)


def test_who_never_answers_is_not_rung_in_every_cycle() -> None:
    delivery, now, sends = START, NOW, 0
    while now < NOW + timedelta(days=1):
        if delivery.next_attempt_at is None or delivery.next_attempt_at <= now:
            delivery = _after(delivery, ResultKind.UNKNOWN, now=now)
            sends += 1
        now += timedelta(minutes=10)
    assert sends <= 12


def test_a_channel_that_holds_the_unknown_plans_no_attempt() -> None:
    lost = _after(START, ResultKind.UNKNOWN, channel=builders.channel(unknown="hold"))
    assert (lost.state, lost.next_attempt_at) == (DeliveryState.UNKNOWN, None)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from([*FAILURES, ResultKind.UNKNOWN]), st.integers(0, 3 * 3600)), max_size=25),
    st.floats(0, 1),
)
def test_abandoned_means_six_completed_attempts_and_a_day_since_the_first(
    story: list[tuple[ResultKind, int]], jitter: float
) -> None:
    delivery, now, completed = START, NOW, list[datetime]()
    for kind, idle in story:
        now = max(now + timedelta(seconds=idle), delivery.next_attempt_at or now)
        delivery = _after(delivery, kind, now=now, jitter=jitter)
        if kind is not ResultKind.UNKNOWN:
            completed.append(now)
        assert delivery.attempts == len(completed)
        given_up = delivery.state is DeliveryState.ABANDONED
        assert given_up == (
            kind is not ResultKind.UNKNOWN and len(completed) >= 6 and now - completed[0] >= timedelta(hours=24)
        )
        if given_up:
            break
        assert delivery.next_attempt_at is not None
        assert now <= delivery.next_attempt_at <= now + timedelta(hours=6)

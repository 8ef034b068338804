from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.decide.retry import settle
from alerts.model import Delivery, DeliveryState, ResultKind, SendResult
from tests import builders
from tests.builders import NOW
from tests.table import table

FAILURES = [ResultKind.REFUSED, ResultKind.TRANSIENT, ResultKind.BROKEN, ResultKind.RATE_LIMITED]
START = Delivery(alert_id="a", channel="desk", state=DeliveryState.PENDING)


def _after(
    row: Delivery, kind: ResultKind, *, now: datetime = NOW, jitter: float = 0, wait: timedelta | None = None, **of: Any
) -> Delivery:
    result = SendResult(kind=kind, reason="because", retry_after=wait)
    return settle(row, result, builders.channel(**of), now=now, jitter=jitter)


def test_sent_is_the_end() -> None:
    later = NOW + timedelta(minutes=1)
    done = _after(_after(START, ResultKind.TRANSIENT), ResultKind.SENT, now=later)
    assert (done.state, done.attempts, done.sent_at, done.next_attempt_at, done.first_attempt_at, done.reason) == (
        DeliveryState.SENT, 2, later, None, NOW, ""
    )  # fmt: skip


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


@pytest.mark.parametrize(("asked", "minutes"), [(timedelta(hours=8), 480), (timedelta(seconds=5), 1)])
def test_retry_after_is_a_floor_and_never_shortens(asked: timedelta, minutes: int) -> None:
    after = _after(START, ResultKind.RATE_LIMITED, wait=asked)
    assert after.next_attempt_at == NOW + timedelta(minutes=minutes)


def test_a_lost_reply_is_no_completed_attempt_and_is_sent_again_in_the_next_cycle() -> None:
    lost = _after(START, ResultKind.UNKNOWN)
    assert (lost.state, lost.attempts, lost.repeat, lost.next_attempt_at) == (DeliveryState.UNKNOWN, 0, True, NOW)
    later = _after(lost, ResultKind.TRANSIENT, now=NOW + timedelta(hours=30))
    assert (later.attempts, later.first_attempt_at, later.repeat) == (1, NOW + timedelta(hours=30), True)
    again = _after(replace(lost, first_attempt_at=NOW - timedelta(hours=30)), ResultKind.UNKNOWN)
    assert (again.next_attempt_at, again.reason) == (NOW + timedelta(hours=6), "because")
    soon = _after(replace(lost, first_attempt_at=NOW - timedelta(minutes=10)), ResultKind.UNKNOWN)
    assert soon.next_attempt_at == NOW + timedelta(minutes=10)
    held = _after(START, ResultKind.UNKNOWN, unknown="hold")
    assert (held.state, held.next_attempt_at) == (DeliveryState.UNKNOWN, None)


def test_who_never_answers_is_not_rung_in_every_cycle() -> None:
    delivery, sends = START, 0
    for now in (NOW + timedelta(minutes=10 * cycle) for cycle in range(144)):
        if delivery.next_attempt_at is None or delivery.next_attempt_at <= now:
            delivery = _after(delivery, ResultKind.UNKNOWN, now=now)
            sends += 1
    assert sends <= 12


@table("attempts, hours, kind, state")
def test_abandoned_after_six_in_a_day(attempts: int, hours: float, kind: ResultKind, state: DeliveryState) -> None:
    before = replace(START, attempts=attempts, first_attempt_at=NOW - timedelta(hours=hours))
    after = _after(before, kind, jitter=1)
    assert (after.state, after.attempts) == (state, attempts + (kind is not ResultKind.UNKNOWN))
    assert (after.sent_at is None) == (state is not DeliveryState.SENT)
    # A first lost reply is sent again at once; six hours are the longest wait, jitter and all.
    backed_off = timedelta(minutes=min(1.25 * 2 ** min(attempts, 12), 360))
    wait = {DeliveryState.PENDING: backed_off, DeliveryState.UNKNOWN: timedelta()}
    assert after.next_attempt_at == (NOW + wait[state] if state in wait else None)

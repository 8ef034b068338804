"""After this result: sent, again at T, unknown, or abandoned. The one place where deliveries are retried."""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.model import Channel, Delivery, DeliveryState, ResultKind, SendResult

_FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
_DOUBLINGS = 12  # 2^12 minutes is far over the longest wait; keeps the power small for ever
_ENOUGH_ATTEMPTS = 6
_LONG_ENOUGH = timedelta(hours=24)


def settle(delivery: Delivery, result: SendResult, channel: Channel, *, now: datetime, jitter: float) -> Delivery:
    """Move a delivery on after one attempt; `channel.unknown` says what a lost reply means.

    `jitter`, 0 to 1, lengthens the wait by up to a quarter, so that channels do not fall into step. A receiver's own
    Retry-After is a floor under the wait.
    """
    if result.kind is ResultKind.UNKNOWN:
        return _unknown(delivery, result, channel, now)
    first = (delivery.attempts and delivery.first_attempt_at) or now  # of the completed ones: it starts the 24 hours
    attempts, state, again = delivery.attempts + 1, DeliveryState.PENDING, None
    if result.kind is ResultKind.SENT:
        state = DeliveryState.SENT
    elif attempts >= _ENOUGH_ATTEMPTS and now - first >= _LONG_ENOUGH:
        state = DeliveryState.ABANDONED
    else:
        doubled = _FIRST_WAIT * 2 ** min(attempts - 1, _DOUBLINGS) * (1 + jitter / 4)
        again = now + max(min(doubled, LONGEST_WAIT), result.retry_after or timedelta())
    return replace(
        delivery,
        state=state,
        attempts=attempts,
        first_attempt_at=first,
        next_attempt_at=again,
        sent_at=now if state is DeliveryState.SENT else delivery.sent_at,
        reason="" if state is DeliveryState.SENT else result.reason,
    )


def _unknown(delivery: Delivery, result: SendResult, channel: Channel, now: datetime) -> Delivery:
    """A lost reply: no completed attempt, and the next message says that it may be a repeat.

    The first loss is sent again in the next cycle. A receiver that takes every message and never
    answers would ring people each cycle for ever: from the second loss on, the wait is as long as
    the trouble has lasted. Where the channel says "hold", nothing is due until a person resends.
    """
    first = delivery.first_attempt_at or now
    wait = min(now - first, LONGEST_WAIT) if delivery.repeat else timedelta()
    return replace(
        delivery,
        state=DeliveryState.UNKNOWN,
        first_attempt_at=first,
        next_attempt_at=None if channel.unknown == "hold" else now + wait,
        reason=result.reason,
        repeat=True,
    )

from dataclasses import replace
from datetime import timedelta
from typing import Any

from alerts.model import BundleKind, Delivery, DeliveryState, Message, Outgoing, ResultKind, SendResult
from tests.builders import NOW
from tests.table import table, typed
from tests.warehouse.homes import alert, commit, delivery
from warehouse.connection import Connection
from warehouse.live import outbox
from warehouse.live.bulk import whole
from warehouse.sql import rows

HOUR = timedelta(hours=1)


def current(con: Connection) -> list[Delivery]:
    found = whole(con, Delivery, "SELECT facts FROM current_deliveries")
    return sorted(found, key=lambda one: (one.alert_id, one.channel))


BUNDLE: dict[str, Any] = {"message_id": "bundle", "bundle_id": "bundle", "bundle_kind": BundleKind.STORM}


def begun(con: Connection) -> None:
    """Two deliveries, attempted as one bundle."""
    outbox.queue(con, [alert(1), alert(2)], [delivery(1), delivery(2)])
    parts = tuple((one, replace(row, **BUNDLE)) for one, row in outbox.due(con, now=NOW))
    outbox.start(con, Outgoing(channel="desk", kind=BundleKind.STORM, message_id="bundle", parts=parts), now=NOW)


def test_t1_what_is_queued_again_does_nothing_and_leaves_a_row_with_its_reason(con: Connection) -> None:
    outbox.queue(con, [alert(1), alert(1)], [delivery(1), delivery(1)])
    outbox.queue(con, [], [])
    assert rows(con, "FROM repeats") == []
    sent = delivery(1, DeliveryState.SENT, sent_at=NOW)
    outbox.settle(con, [sent], now=NOW)
    commit(con)
    again = replace(alert(1), created_at=NOW + HOUR, reason="postponed once more")
    notice, other = replace(alert(2), event_id=None), replace(delivery(2), channel="other")
    for _ in range(2):
        outbox.queue(con, [again, notice], [delivery(1), delivery(2), other])
    assert current(con) == [sent, delivery(2), other]
    assert len(rows(con, "FROM alerts")) == 2
    found = rows(con, "SELECT alert_id, channel, event_id, reason, recorded_at FROM publish.repeats")
    assert [tuple(row.values()) for row in found] == [
        ("alert1", "desk", "e1", "the channel had this change already: postponed once more", NOW + HOUR)
    ] * 2


@table("changes, due")
def test_what_is_due(con: Connection, changes: dict[str, Any], due: bool) -> None:
    one = replace(delivery(1), **typed(Delivery, changes))
    outbox.queue(con, [alert(1)], [one])
    assert outbox.due(con, now=NOW) == (((alert(1), one),) if due else ())


def test_the_oldest_alert_is_due_first_and_one_of_the_future_counts_as_now(con: Connection) -> None:
    ages = {3: NOW - HOUR, 1: NOW, 2: NOW + HOUR}
    other = replace(delivery(1), channel="other")
    outbox.queue(con, [alert(n, when) for n, when in ages.items()], [*(delivery(n) for n in ages), other])
    assert [one.alert_id for one, _ in outbox.due(con, now=NOW)] == ["alert3", "alert1", "alert1", "alert2"]


def test_an_attempt_from_its_start_to_its_record(con: Connection) -> None:
    begun(con)
    assert current(con) == [delivery(n, DeliveryState.SENDING, **BUNDLE) for n in (1, 2)]
    sent = [delivery(n, DeliveryState.SENT, sent_at=NOW, attempts=1, **BUNDLE) for n in (1, 2)]
    result = SendResult(kind=ResultKind.SENT, reason="250 ok", status=250)
    outbox.record(con, sent, result, Message(message_id="bundle", title="t", text="words"), now=NOW)
    assert current(con) == sent
    outbox.record(con, [delivery(1)], replace(result, kind=ResultKind.BROKEN), None, now=NOW)
    assert [
        tuple(row.values()) for row in rows(con, "SELECT message_id, alert_ids, result, title, text FROM attempts")
    ] == [("bundle", ["alert1", "alert2"], "sent", "t", "words"), ("alert1", ["alert1"], "broken", None, None)]


def test_what_a_dead_cycle_left_is_unknown(con: Connection) -> None:
    begun(con)
    assert [outbox.settle_dead(con, now=NOW) for _ in range(2)] == [2, 0]
    states = {(one.state, one.attempts, one.repeat, one.reason[:35]) for _, one in outbox.due(con, now=NOW)}
    assert states == {(DeliveryState.UNKNOWN, 0, True, "the process ended while sending: th")}


def test_t12_resending_by_hand_takes_what_failed_or_was_sent_and_nothing_suppressed_or_held(con: Connection) -> None:
    states = (DeliveryState.ABANDONED, DeliveryState.SENT, DeliveryState.SUPPRESSED, DeliveryState.HELD)
    later = {"first_attempt_at": NOW, "next_attempt_at": NOW + HOUR, "release_at": NOW + HOUR}
    before = [delivery(n, state, attempts=6, **later) for n, state in enumerate(states)]
    outbox.queue(con, [alert(n) for n in range(4)], before)
    assert outbox.resend(con, failed=True, since=NOW + HOUR, now=NOW) == 0
    assert outbox.resend(con, failed=True, since=NOW, now=NOW) == 1
    assert [outbox.resend(con, alert_id=f"alert{n}", now=NOW) for n in (1, 2, 3)] == [1, 0, 0]
    again = [one for _, one in outbox.due(con, now=NOW)]
    assert again == [delivery(n, repeat=True, reason="resent by hand") for n in (0, 1)]

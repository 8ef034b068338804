from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.model import BundleKind, Delivery, DeliveryState, Message, Outgoing, ResultKind, SendResult
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.codec import decode
from warehouse.connection import Connection, rows
from warehouse.live import outbox

HOUR = timedelta(hours=1)


def state(con: Connection, n: int = 1) -> str:
    return str(rows(con, "SELECT state FROM current_deliveries WHERE alert_id = $a", {"a": f"alert{n}"})[0]["state"])


def test_queueing_again_does_nothing(con: Connection) -> None:
    outbox.queue(con, [homes.alert(1)], [homes.delivery(1)])
    outbox.settle(con, [homes.delivery(1, DeliveryState.SENT, sent_at=NOW)], now=NOW)
    homes.commit(con)
    outbox.queue(con, [homes.alert(1), homes.alert(1)], [homes.delivery(1), homes.delivery(1)])
    outbox.queue(con, [], [])
    assert state(con) == "sent"
    assert len(rows(con, "FROM alerts")) == 1


def test_t1_what_is_queued_again_leaves_a_row_with_its_reason(con: Connection) -> None:
    outbox.queue(con, [homes.alert(1)], [homes.delivery(1)])
    assert rows(con, "FROM repeats") == []
    again = replace(homes.alert(1), created_at=NOW + HOUR, reason="postponed once more")
    notice = replace(homes.alert(2), event_id=None)
    for _ in range(2):
        outbox.queue(con, [again, notice], [homes.delivery(1), homes.delivery(2)])
    found = rows(con, "SELECT alert_id, channel, event_id, reason, recorded_at FROM publish.repeats")
    assert [tuple(row.values()) for row in found] == [
        ("alert1", "desk", "e1", "the channel had this change already: postponed once more", NOW + HOUR)
    ] * 2


@pytest.mark.parametrize(
    ("delivery", "due"),
    [
        (homes.delivery(1), True),
        (homes.delivery(1, next_attempt_at=NOW), True),
        (homes.delivery(1, next_attempt_at=NOW + HOUR), False),
        (homes.delivery(1, next_attempt_at=NOW + 100 * HOUR), True),  # the clock went back
        (homes.delivery(1, DeliveryState.HELD, release_at=NOW), True),
        (homes.delivery(1, DeliveryState.HELD, release_at=NOW + 100 * HOUR), False),
        (homes.delivery(1, DeliveryState.UNKNOWN, next_attempt_at=NOW + HOUR), True),
        (homes.delivery(1, DeliveryState.SENDING), False),
        (homes.delivery(1, DeliveryState.SENT), False),
        (homes.delivery(1, DeliveryState.ABANDONED), False),
        (homes.delivery(1, DeliveryState.SUPPRESSED), False),
    ],
)
def test_what_is_due(con: Connection, delivery: Delivery, due: bool) -> None:
    outbox.queue(con, [homes.alert(1)], [delivery])
    assert outbox.due(con, now=NOW) == (((homes.alert(1), delivery),) if due else ())


def test_an_attempt_from_its_start_to_its_record(con: Connection) -> None:
    outbox.queue(con, [homes.alert(1), homes.alert(2)], [homes.delivery(1), homes.delivery(2)])
    outgoing = Outgoing(channel="desk", kind=BundleKind.STORM, message_id="bundle", parts=outbox.due(con, now=NOW))
    outbox.start(con, outgoing, now=NOW)
    assert (state(con, 1), state(con, 2)) == ("sending", "sending")
    [begun, _] = [
        decode(Delivery, facts) for (facts,) in con.execute("SELECT facts FROM current_deliveries").fetchall()
    ]
    assert (begun.message_id, begun.bundle_id, begun.bundle_kind) == ("bundle", "bundle", BundleKind.STORM)
    sent = [
        homes.delivery(n, DeliveryState.SENT, sent_at=NOW, message_id="bundle", bundle_id="bundle", attempts=1)
        for n in (1, 2)
    ]
    result = SendResult(kind=ResultKind.SENT, reason="250 ok", status=250)
    outbox.record(con, sent, result, Message(message_id="bundle", title="t", text="words"), now=NOW)
    assert state(con) == "sent"
    [attempt] = rows(con, "FROM attempts")
    assert (attempt["message_id"], attempt["alert_ids"], attempt["text"]) == ("bundle", ["alert1", "alert2"], "words")
    outbox.record(con, [homes.delivery(1)], replace(result, kind=ResultKind.BROKEN), None, now=NOW)
    assert rows(con, "SELECT message_id, text FROM attempts WHERE result = 'broken'") == [
        {"message_id": "alert1", "text": None}
    ]


def test_what_a_dead_cycle_left_is_unknown(con: Connection) -> None:
    outbox.queue(con, [homes.alert(1)], [homes.delivery(1)])
    outbox.start(con, Outgoing(channel="desk", kind=None, message_id="alert1", parts=outbox.due(con, now=NOW)), now=NOW)
    assert outbox.settle_dead(con, now=NOW) == 1
    assert outbox.settle_dead(con, now=NOW) == 0
    [(_, delivery)] = outbox.due(con, now=NOW)
    assert (delivery.state, delivery.attempts, delivery.repeat) == (DeliveryState.UNKNOWN, 0, True)


def test_resending_by_hand(con: Connection) -> None:
    outbox.queue(
        con,
        [homes.alert(1), homes.alert(2)],
        [homes.delivery(1, DeliveryState.ABANDONED, attempts=6, release_at=NOW), homes.delivery(2)],
    )
    outbox.settle(con, [homes.delivery(2, DeliveryState.SENT)], now=NOW)
    assert outbox.resend(con, failed=True, since=NOW + HOUR, now=NOW) == 0
    assert outbox.resend(con, failed=True, since=NOW, now=NOW) == 1
    assert outbox.resend(con, alert_id="alert2", now=NOW) == 1
    again = {(delivery.attempts, delivery.repeat, delivery.release_at) for _, delivery in outbox.due(con, now=NOW)}
    assert again == {(0, True, None)}


def test_the_oldest_alert_is_due_first_and_one_of_the_future_counts_as_now(con: Connection) -> None:
    ages = {3: NOW - HOUR, 1: NOW, 2: NOW + HOUR}
    outbox.queue(con, [homes.alert(n, when) for n, when in ages.items()], [homes.delivery(n) for n in ages])
    assert [alert.alert_id for alert, _ in outbox.due(con, now=NOW)] == ["alert3", "alert1", "alert2"]


@pytest.mark.parametrize("state", [DeliveryState.SUPPRESSED, DeliveryState.HELD])
def test_t12_what_was_suppressed_or_is_held_on_a_channel_is_not_resent(con: Connection, state: DeliveryState) -> None:
    outbox.queue(con, [homes.alert(1)], [homes.delivery(1, state, reason="muted")])
    assert outbox.resend(con, alert_id="alert1", now=NOW) == 0

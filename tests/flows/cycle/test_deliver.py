import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.decide import rules
from alerts.model import Delivery, DeliveryState
from alerts.word.labels import words
from alerts.word.render import RenderError
from extractors.model import FeedNotice
from flows.cycle import deliver as delivering
from flows.cycle import state
from flows.cycle.cycle import opened
from flows.cycle.deliver import deliver
from flows.cycle.home import Cycle
from tests.builders import raising
from tests.flows.cycle.conftest import Hooks
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage, Story, rss
from tests.table import table, tables
from warehouse.connection import reading, writing
from warehouse.live import events, outbox

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STATES = "d.channel, d.state, d.attempts"


@contextmanager
def later(stage: Stage, now: datetime = NOON + HOUR) -> Iterator[Cycle]:
    """A cycle of which only the fourth stage is wanted."""
    with opened(Cycle(settings=stage.settings(os.environ), home=stage.home, now=now)) as cycle:
        yield cycle


def live(stage: Stage, columns: str) -> list[tuple[object, ...]]:
    """Ask the live file about the events' deliveries."""
    source = "current_deliveries AS d JOIN alerts AS a USING (alert_id) WHERE a.event_id IS NOT NULL"
    with reading(stage.home) as con:
        return con.execute(f"SELECT {columns} FROM {source} ORDER BY ALL").fetchall()


def notice(n: int) -> FeedNotice:
    return FeedNotice(feed=f"f{n}", outlet="", kind="unhealthy", since=NOON, detail=f"n{n}", key=str(n))


def test_t11_a_dead_receiver_delays_no_other(queued: Stage, hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "SEND_SECONDS", 1.0)
    dead, well = HttpReceiver(otherwise="drip", delay=0.2), HttpReceiver()
    hooks(hook=dead, other=well)
    with later(queued) as cycle:
        assert deliver(cycle) == {"unknown": 1, "sent": 1}
    assert well.received[0].at - dead.received[0].at < 1.0
    assert live(queued, STATES) == [("hook", "unknown", 0), ("other", "sent", 1)]


def test_t11_who_is_silent_is_asked_once_a_cycle(queued: Stage, hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "SEND_SECONDS", 1.0)
    hook = HttpReceiver(["slow"])
    hooks(hook=hook)
    with later(queued) as cycle:
        with writing(cycle.home, now=cycle.now) as con:
            for n in range(3):
                outbox.queue(con, *rules.for_notices([notice(n)], cycle.settings.channels, now=NOON))
        assert [deliver(cycle), deliver(cycle)] == [{"unknown": 1}, {"sent": 4}]
    assert len(hook.received) == 1 + 4


def test_an_attempt_is_on_record_before_it_is_made_and_who_refuses_is_asked_on(queued: Stage, hooks: Hooks) -> None:
    during = list[tuple[object, ...]]()
    hooks(hook=HttpReceiver(["500"], hold=lambda: during.extend(live(queued, STATES))))
    with later(queued) as cycle:
        with writing(cycle.home, now=cycle.now) as con:
            outbox.queue(con, *rules.for_notices([notice(0)], cycle.settings.channels, now=NOON))
        assert deliver(cycle) == {"pending": 1, "sent": 1}
    assert ("hook", "sending", 0) in during


@pytest.mark.parametrize(("unknown", "ends"), [("again", {"sent": 1}), ("hold", {})])
def test_what_may_have_arrived_is_sent_again(queued: Stage, hooks: Hooks, unknown: str, ends: dict[str, int]) -> None:
    [table] = hooks(hook=HttpReceiver(["reset"]))
    queued.channels({**table, "unknown": unknown})
    with later(queued) as cycle:
        assert deliver(cycle) == {"unknown": 1}
        assert deliver(replace(cycle, now=NOON + 2 * HOUR)) == ends


def test_x10_what_is_due_goes_out_as_long_as_an_attempt_fits_into_the_cycles_time(queued: Stage, hooks: Hooks) -> None:
    hooks(hook=HttpReceiver())
    with later(queued) as cycle:
        assert deliver(cycle, only=["another"]) == {}  # what else is due waits for its cycle: one attempt in each
        ends = cycle.settings.deadline.total_seconds()
        assert deliver(replace(cycle, begun=time.monotonic() + 4 - ends)) == {}
        assert deliver(replace(cycle, begun=time.monotonic() + 8 - ends)) == {"sent": 1}


DIGEST = {"mode": "digest", "digest_at": "Mon-Sun 08:00"}


@pytest.mark.parametrize(
    ("held", "freed"), [(DIGEST, False), ({"quiet_from": "00:00", "quiet_to": "20:00"}, False), (DIGEST, True)]
)
def test_x8_what_a_clock_ahead_held_is_held_as_of_now(
    founding: Stage, hooks: Hooks, held: dict[str, Any], freed: bool
) -> None:
    [table] = hooks(hook=HttpReceiver())
    plain = founding.settings(os.environ)
    founding.feeds({"en": {"age_gate": "9000d"}})
    founding.channels({**table, **held})
    founding.run(NOON + 20 * DAY)
    with later(founding) as cycle:
        for now in (NOON, NOON + 10 * MINUTE):
            assert deliver(replace(cycle, now=now)) == {}
        [(release,)] = live(founding, "release_at")
        assert isinstance(release, datetime)
        assert NOON < release < NOON + DAY
        last = replace(cycle, now=release)
        if freed:  # the channel holds nothing any more
            last = replace(cycle, now=NOON + 20 * MINUTE, settings=plain)
        assert deliver(last) == {"sent": 1}


def test_x12_a_missed_channel_keeps_what_is_due_for_a_week_and_is_gone_then(queued: Stage, hooks: Hooks) -> None:
    tables, other = hooks(hook=HttpReceiver(["500"])), {"name": "other", "url_env": "OTHER"}  # which stands still
    queued.channels(other)
    with later(queued) as cycle:
        assert deliver(cycle) == {}
        assert state.read(queued.home).missed == (("hook", NOON + HOUR),)
    queued.channels(*tables, other)
    with later(queued, NOON + 2 * HOUR) as cycle:
        assert deliver(cycle) == {"pending": 1}
    queued.channels(other)
    with later(queued) as cycle:
        for days, ends in ((1, {}), (7.5, {}), (8, {"suppressed": 1})):  # a week from when it was missed anew
            assert deliver(replace(cycle, now=NOON + days * DAY)) == ends
    assert live(queued, "d.channel, d.reason")[0] == ("hook", "channel removed")
    assert state.read(queued.home).missed == ()


ESSAY: Story = tuple(tables(__file__)["ESSAY"])


def test_m6_what_is_no_alert_stands_in_the_next_digest_once_with_its_reason(founding: Stage, hooks: Hooks) -> None:
    founding.site.answers["/en"] = rss(FOUNDING_EN, ESSAY)
    (table,) = hooks(desk=(desk := HttpReceiver()))
    founding.channels({**table, "mode": "digest", "digest_at": "daily 12:30"})
    founding.run()
    founding.run(NOON + HOUR)
    (reason,) = next(iter(founding.ask("SELECT reason FROM mentions WHERE NOT alertable")))
    text = desk.received[0].json["message"]
    assert f"Also seen, no alert\n\n- {ESSAY[1]}" in text
    assert words("en").of("reason", str(reason)) in text
    with later(founding, NOON + 2 * HOUR) as cycle, reading(cycle.home) as con:
        assert [len(events.aside(con, name, oldest=NOON - HOUR)) for name in ("desk", "another")] == [0, 1]


def test_a_broken_template_costs_one_message_once(queued: Stage, hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks(hook=HttpReceiver())
    with later(queued) as cycle:
        with monkeypatch.context() as patched:
            patched.setattr("alerts.word.render.render", raising(RenderError, "line 3: no such word"))
            assert deliver(cycle) == {"pending": 1}
        assert "no such word" in str(live(queued, "d.reason"))
        assert deliver(replace(cycle, now=NOON + 2 * HOUR)) == {"sent": 1}


def test_a_mute_silences_what_is_queued_already(queued: Stage, hooks: Hooks) -> None:
    hooks(hook=(hook := HttpReceiver()))
    with later(queued) as cycle:
        [(event_id,)] = queued.ask("SELECT event_id FROM alerts")
        with writing(queued.home, now=NOON) as con:
            events.mute(con, str(event_id), None, NOON)
        assert deliver(cycle) == {"suppressed": 1}
    assert live(queued, STATES + ", d.reason")[0] == ("hook", "suppressed", 0, "muted")
    assert hook.received == []


def test_a_delivery_given_up_is_told_through_another_channel(queued: Stage, hooks: Hooks) -> None:
    hook, other = HttpReceiver(otherwise="500"), HttpReceiver()
    hooks(hook=hook, other=other)
    with later(queued) as cycle:
        for hours in (1, 3, 8, 15, 25, 32, 33):
            deliver(replace(cycle, now=NOON + hours * HOUR))
    assert ("hook", "abandoned", 6) in live(queued, STATES)
    [told] = [message.text for message in other.received if "given up" in message.text]
    assert FOUNDING_EN[0] in told
    assert not any("given up" in message.text for message in hook.received)


@table("change, state, ends, again")
def test_what_tells_of_one_abandoned_never_is_itself(change: str, state: str, ends: str, again: int | None) -> None:
    [alert], _ = rules.for_notices([replace(notice(1), kind=change)], (), now=NOON)
    row = Delivery(
        alert_id="1", channel="hook", state=DeliveryState(state), attempts=6, first_attempt_at=NOON, reason="500"
    )
    after = delivering._patient(alert, row)
    assert (after.state, after.next_attempt_at) == (ends, again and NOON + again * HOUR)

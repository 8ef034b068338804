from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.decide import rules
from alerts.model import Delivery, DeliveryState
from alerts.word.render import RenderError
from extractors.model import FeedNotice
from flows.cycle import deliver as delivering
from flows.cycle import state
from flows.cycle.cycle import opened, run_cycle
from flows.cycle.deliver import deliver
from flows.cycle.learn import Summary
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage
from warehouse.connection import writing
from warehouse.live import events, outbox

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@contextmanager
def hooks(stage: Stage, monkeypatch: pytest.MonkeyPatch, **receivers: HttpReceiver) -> Iterator[list[dict[str, Any]]]:
    """A channel for each receiver; yields their tables, to be changed and written again."""
    with ExitStack() as stack:
        for name, receiver in receivers.items():
            monkeypatch.setenv(name.upper(), f"json://127.0.0.1:{stack.enter_context(receiver).port}/in")
        tables: list[dict[str, Any]] = [{"name": name, "url_env": name.upper()} for name in receivers]
        stage.channels(*tables)
        yield tables


def run(stage: Stage, now: datetime = NOON) -> Summary:
    return run_cycle(stage.settings(os.environ), home=stage.home, now=now)


def delivered(stage: Stage) -> list[tuple[object, ...]]:
    return stage.ask(
        "SELECT channel, state, attempts FROM deliveries JOIN alerts USING (alert_id) WHERE event_id IS NOT NULL ORDER BY 1"
    )


def test_t11_a_dead_receiver_delays_no_other_channel(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "SEND_SECONDS", 3.0)
    dead, live = HttpReceiver(otherwise="drip", delay=0.2), HttpReceiver()
    with hooks(founding, monkeypatch, dead=dead, live=live):
        run(founding)
        assert live.received[0].at - dead.received[0].at < 1.0
    assert delivered(founding) == [("dead", "unknown", 0), ("live", "sent", 1)]


def test_t11_a_receiver_that_does_not_answer_is_asked_once_a_cycle_and_in_order(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "SEND_SECONDS", 1.0)
    hook = HttpReceiver(["500"])
    with hooks(founding, monkeypatch, hook=hook):
        run(founding)
        settings = founding.settings(os.environ)
        notices = [alert(n) for n in range(3)]
        with opened(settings, home=founding.home, now=NOON + HOUR, who="a test") as cycle:
            with writing(cycle.home, now=cycle.now) as con:
                for notice in notices:
                    outbox.queue(con, *rules.for_notices([notice], settings.channels, now=NOON))
            hook.script.steps = ["slow", "ok"]
            assert deliver(cycle) == {"unknown": 1}
            assert deliver(cycle) == {"sent": 4}
        assert len(hook.received) == 1 + 1 + 4


def alert(n: int) -> FeedNotice:
    return FeedNotice(feed=f"f{n}", outlet="", kind="unhealthy", since=NOON, detail=f"n{n}", key=str(n))


@pytest.mark.parametrize(("left", "reached"), [(540.0, "sent"), (8.0, "sent"), (4.0, "pending")])
def test_x10_what_is_due_goes_out_as_long_as_an_attempt_fits_into_the_cycles_time(
    founding: Stage, monkeypatch: pytest.MonkeyPatch, left: float, reached: str
) -> None:
    with hooks(founding, monkeypatch, hook=HttpReceiver(["500"])):
        run(founding)
        with opened(founding.settings(os.environ), home=founding.home, now=NOON + HOUR, who="a test") as cycle:
            late = replace(cycle, ends_at=time.monotonic() + left)
            assert deliver(late) == ({"sent": 1} if reached == "sent" else {})


def test_x10_a_cycle_of_ten_seconds_tells(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    (founding.config / "konato.toml").write_text('[cycle]\ndeadline = "10s"\n', encoding="utf-8")
    with hooks(founding, monkeypatch, hook=HttpReceiver()):
        assert dict(run(founding).deliveries) == {"sent": 1}


@pytest.mark.parametrize(
    "held", [{"mode": "digest", "digest_at": "Mon-Sun 08:00"}, {"quiet_from": "00:00", "quiet_to": "20:00"}]
)
def test_x8_what_a_clock_ahead_held_is_held_as_if_queued_now(
    founding: Stage, monkeypatch: pytest.MonkeyPatch, held: dict[str, Any]
) -> None:
    hook = HttpReceiver()
    with hooks(founding, monkeypatch, hook=hook) as tables:
        founding.feeds({"en": {"age_gate": "9000d"}})
        founding.channels({**tables[0], **held})
        run(founding, NOON + timedelta(days=20))
        assert delivered(founding) == [("hook", "held", 0)]
        for now in (NOON, NOON + 10 * MINUTE):
            run(founding, now)
            assert hook.received == []
        release = founding.ask("SELECT max(release_at) FROM deliveries")[0][0]
        assert isinstance(release, datetime)
        assert NOON < release < NOON + 24 * HOUR
        run(founding, release)
        assert len(hook.received) == 1


def test_x12_a_channel_that_is_missed_keeps_what_is_due_for_a_week(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = HttpReceiver(["500"])
    with hooks(founding, monkeypatch, hook=hook) as tables:
        run(founding)
        founding.channels()
        assert dict(run(founding, NOON + HOUR).deliveries) == {}
        assert state.read(founding.home).missed == (("hook", NOON + HOUR),)
        founding.channels(*tables)
        assert dict(run(founding, NOON + 2 * HOUR).deliveries) == {"sent": 1}
    assert delivered(founding) == [("hook", "sent", 2)]


def test_x12_a_channel_missed_for_a_week_is_gone(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with hooks(founding, monkeypatch, hook=HttpReceiver(["500"])):
        run(founding)
    founding.channels()
    for days in (1, 7):
        assert "suppressed" not in dict(run(founding, NOON + timedelta(days=days)).deliveries)
    assert dict(run(founding, NOON + timedelta(days=8)).deliveries)["suppressed"] == 1
    assert founding.ask("SELECT reason FROM deliveries WHERE state = 'suppressed'") == [("channel removed",)]
    assert state.read(founding.home).missed == ()


def test_each_of_many_channels_gets_its_own_in_order(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    receivers = {f"hook{n}": HttpReceiver() for n in range(6)}
    with hooks(founding, monkeypatch, **receivers):
        assert dict(run(founding).deliveries) == {"sent": 6}
        assert [len(one.received) for one in receivers.values()] == [1] * 6


def test_a_broken_template_costs_one_message_which_comes_after_the_mend(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = founding

    def broken(*_: object, **__: object) -> None:
        raise RenderError("line 3: no such word")

    with monkeypatch.context() as patched:
        patched.setattr("alerts.word.render.render", broken)
        run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert stage.ask("SELECT state, attempts FROM deliveries") == [("pending", 1)]
    assert "no such word" in str(stage.ask("SELECT reason FROM attempts"))
    run_cycle(stage.settings(), home=stage.home, now=NOON + 10 * MINUTE)
    assert stage.ask("SELECT state FROM deliveries") == [("sent",)]


def test_a_mute_silences_what_is_queued_already(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = founding
    with HttpReceiver(otherwise="500") as hook:
        stage.channels({"name": "hook", "url_env": "HOOK"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/in"}
        monkeypatch.setenv("HOOK", environment["HOOK"])
        run_cycle(stage.settings(environment), home=stage.home, now=NOON)
        [(event_id,)] = stage.ask("SELECT event_id FROM alerts")
        with writing(stage.home, now=NOON) as con:
            events.mute(con, str(event_id), None, NOON)
        done = run_cycle(stage.settings(environment), home=stage.home, now=NOON + timedelta(hours=1))
        assert dict(done.deliveries) == {"suppressed": 1}
        assert len(hook.received) == 1
    assert stage.ask("SELECT state, reason FROM deliveries") == [("suppressed", "muted")]


def test_a_delivery_given_up_is_told_through_another_channel(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = founding
    with HttpReceiver(otherwise="500") as hook, HttpReceiver() as other:
        stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "other", "url_env": "OTHER"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/in", "OTHER": f"json://127.0.0.1:{other.port}/in"}
        for name, url in environment.items():
            monkeypatch.setenv(name, url)
        for hours in (0, 1, 3, 8, 15, 25, 32, 33):
            run_cycle(stage.settings(environment), home=stage.home, now=NOON + timedelta(hours=hours))
        assert stage.ask("SELECT attempts, state FROM deliveries WHERE channel = 'hook' AND state = 'abandoned'")
        (told,) = (message.text for message in other.received if "given up" in message.text)
        assert FOUNDING_EN[0] in told


@pytest.mark.parametrize(
    ("change", "reached", "later"),
    [("abandoned", "pending", 36 * HOUR), ("failing", "abandoned", None)],
)
def test_what_tells_of_an_abandoned_alert_is_never_abandoned_itself(
    change: str, reached: str, later: timedelta | None
) -> None:
    alerts, _ = rules.for_notices([replace(alert(1), kind=change)], (), now=NOON)
    row = Delivery(
        alert_id="1", channel="hook", state=DeliveryState.ABANDONED, attempts=6, first_attempt_at=NOON, reason="500"
    )
    after = delivering._patient(alerts[0], row)
    assert (after.state, after.next_attempt_at) == (reached, later and NOON + later)

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.cycle import learn as learning
from flows.cycle.cycle import run_cycle
from tests.stage import FOUNDING_EN, NOON, Stage, rss


def test_a_fault_in_a_rule_costs_one_item_its_verdict(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = founding

    def fault(*_: object, **__: object) -> None:
        raise KeyError("rule")

    monkeypatch.setattr(learning, "describe", fault)
    done = run_cycle(stage.settings(), home=stage.home, now=NOON)
    assert (done.items, done.relevant) == (5, 0)
    assert set(stage.archive("reason")) == {("the detector failed: KeyError",)}


def test_a_first_run_lists_what_is_older_than_the_age_gate_and_alerts_the_rest(stage: Stage) -> None:
    stage.site.answers = {"/en": rss(FOUNDING_EN)}
    stage.feeds({"en": {}})
    run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(days=5))
    assert stage.ask(
        "SELECT d.state, d.reason FROM deliveries d JOIN alerts USING (alert_id) WHERE event_id IS NOT NULL"
    ) == [("suppressed", "baseline")]
    assert stage.ask("SELECT count(*) FROM alerts WHERE change = 'baseline'") == [(1,)]

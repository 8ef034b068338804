from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from extractors.event.resolve import resolve
from extractors.learned import Known, Resolution
from extractors.story import Report
from flows.cycle import learn as learning
from flows.cycle.cycle import run_cycle
from flows.cycle.home import hold
from flows.measure.replay import replay, replay_home
from tests.stage import FOUNDING_EN, FOUNDING_KO, NOON, Stage, rss
from warehouse.connection import writing
from warehouse.live import items


def test_a_first_run_lists_what_is_older_than_the_age_gate_and_alerts_the_rest(stage: Stage) -> None:
    stage.site.answers = {"/en": rss(FOUNDING_EN)}
    stage.feeds({"en": {}})
    run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(days=5))
    assert stage.ask(
        "SELECT d.state, d.reason FROM deliveries d JOIN alerts USING (alert_id) WHERE event_id IS NOT NULL"
    ) == [("suppressed", "baseline")]
    assert stage.ask("SELECT count(*) FROM alerts WHERE change = 'baseline'") == [(1,)]


def test_m19_a_report_that_cannot_be_resolved_is_set_aside_and_the_rest_goes_on(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(known: Known, reports: Sequence[Report], *, now: datetime) -> Resolution:
        if any(report.language == "ko" for report in reports):
            raise KeyError("likeness")
        return resolve(known, reports, now=now)

    monkeypatch.setattr(learning, "resolve", faulty)
    done = run_cycle(founding.settings(), home=founding.home, now=NOON)
    assert (done.items, done.relevant) == (5, 1)
    assert founding.ask("SELECT reports FROM events WHERE NOT history") == [(1,)]
    [(detail,)] = founding.ask("SELECT reason FROM alerts WHERE change = 'failing'")
    assert "1 items could not be judged" in str(detail)
    assert "telling its event: KeyError" in str(founding.archive("reason"))
    assert run_cycle(founding.settings(), home=founding.home, now=NOON + timedelta(minutes=30)).items == 0


def test_m19_of_reports_with_a_fault_between_them_the_first_is_told(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(known: Known, reports: Sequence[Report], *, now: datetime) -> Resolution:
        if len(reports) > 1:
            raise KeyError("likeness")
        return resolve(known, reports, now=now)

    monkeypatch.setattr(learning, "resolve", faulty)
    done = run_cycle(founding.settings(), home=founding.home, now=NOON)
    assert (done.items, done.relevant) == (5, 1)
    assert founding.ask("SELECT count(*) FROM alerts WHERE change = 'failing'") == [(1,)]


def test_s2_a_replay_reads_the_published_files_alone_while_a_cycle_holds_the_home(founding: Stage) -> None:
    settings = founding.settings()
    run_cycle(settings, home=founding.home, now=NOON)
    founding.site.answers["/ko"] = rss(
        (FOUNDING_KO[0], FOUNDING_KO[1], FOUNDING_KO[2], FOUNDING_KO[3] + " 후속 협의도 한다.")
    )
    run_cycle(settings, home=founding.home, now=NOON + timedelta(minutes=30))
    with hold(founding.home, who="a cycle"), writing(founding.home) as con:
        live = tuple(items.stored(con, since=datetime.min.replace(tzinfo=UTC)))
        found = replay_home(founding.home, settings, lexicon=settings.lexicon, since=None)
    assert (found.items, found.relevant, len(found.told)) == (len(live), 3, 1)
    again = replay(live, settings.lexicon, history=settings.history, horizon=settings.horizon)
    assert found.digest == again.digest

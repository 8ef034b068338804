import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extractors.event.resolve import resolve
from extractors.learned import Known, Resolution
from extractors.mention.describe import describe
from extractors.story import Report
from flows.cycle.home import hold
from flows.measure.replay import Ledger, replay, replay_home
from flows.measure.runners import described
from tests import builders
from tests.extractors.mention.saying import LEXICON
from tests.stage import FOUNDING_EN, FOUNDING_KO, NOON, Stage, rss
from warehouse.connection import writing
from warehouse.live import items

TOLD = tomllib.loads((Path(__file__).parents[2] / "cases" / "told.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", TOLD, ids=[case["why"] for case in TOLD])
def test_t1_t2_x6_each_act_and_each_change_of_it_is_told(case: dict[str, Any]) -> None:
    ledger, details = Ledger(), []
    for number, (day, title, text) in enumerate(case["said"]):
        when = datetime.fromisoformat(f"{day}T{number:02}:00+00:00")
        language = "ko" if "나토" in title else "en"
        facts = {"key": number + 1, "content": number + 1, "outlet": f"o{number}", "title": title, "summary": text}
        item = builders.item(published_at=when, first_seen_at=when, language=language, **facts)
        says = describe(item, LEXICON)
        assert isinstance(says, tuple)
        changes = ledger.learn([Report.of(item, one) for one in says], now=when).changes
        details += [change.detail for change in changes if change.news]
    assert details == case["told"]


def test_m1_a_page_rewritten_from_one_act_to_another_tells_both_and_keeps_the_first(stage: Stage) -> None:
    stage.feeds({"a": {}, "b": {}})
    stage.site.answers = {"/a": rss(FOUNDING_EN), "/b": rss()}
    stage.run()
    title = "South Korea joins NATO's multinational munitions warehousing project"
    text = "South Korea on Monday joined NATO's multinational ammunition warehousing project, DAPA said in Brussels."
    stage.site.answers["/a"] = rss((FOUNDING_EN[0], title, "Mon, 30 Jun 2025 09:10:00 +0900", text))
    stage.run(NOON + timedelta(days=4), everything=True)
    stage.site.answers["/b"] = rss(("https://b.example/7", title, "Mon, 30 Jun 2025 12:10:00 +0900", text))
    stage.run(NOON + timedelta(days=4, hours=1), everything=True)
    told = "SELECT e.title, e.reports FROM alerts JOIN events AS e USING (event_id) WHERE change = 'new' ORDER BY created_at"
    assert stage.ask(told) == [(FOUNDING_EN[1], 1), (title, 2)]


def test_a_first_run_lists_what_is_older_than_the_age_gate_and_alerts_the_rest(stage: Stage) -> None:
    stage.site.answers = {"/en": rss(FOUNDING_EN)}
    stage.feeds({"en": {}})
    stage.run(NOON + timedelta(days=5))
    assert stage.ask(
        "SELECT d.state, d.reason FROM deliveries d JOIN alerts USING (alert_id) WHERE event_id IS NOT NULL"
    ) == [("suppressed", "baseline")]
    assert stage.ask("SELECT count(*) FROM alerts WHERE change = 'baseline'") == [(1,)]


@pytest.mark.parametrize("between", [False, True], ids=["in one", "between two: the first is told"])
def test_m19_what_has_no_event_is_set_aside(founding: Stage, monkeypatch: pytest.MonkeyPatch, between: bool) -> None:
    def faulty(known: Known, reports: Sequence[Report], *, now: datetime) -> Resolution:
        if len(reports) > 1 if between else any(report.language == "ko" for report in reports):
            raise KeyError("likeness")
        return resolve(known, reports, now=now)

    monkeypatch.setattr("extractors.event.resolve.resolve", faulty)
    done = founding.run()
    assert (done.items, done.relevant) == (5, 1)
    assert founding.ask("SELECT reports FROM events WHERE NOT history") == [(1,)]
    [(detail,)] = founding.ask("SELECT reason FROM alerts WHERE change = 'failing'")
    assert "1 items could not be judged" in str(detail)
    assert "telling its event: KeyError" in str(founding.archive("reason"))


def test_s2_a_replay_reads_the_published_files_alone_while_a_cycle_holds_the_home(queued: Stage) -> None:
    settings = queued.settings()
    queued.site.answers["/ko"] = rss((*FOUNDING_KO[:3], FOUNDING_KO[3] + " 후속 협의도 한다."))
    queued.run(NOON + timedelta(minutes=30))
    with hold(queued.home, who="a cycle"), writing(queued.home) as con:
        live = tuple(items.stored(con, since=datetime.min.replace(tzinfo=UTC)))
        found = replay_home(queued.home, settings, lexicon=settings.lexicon, since=None)
    assert (found.items, found.relevant, len(found.told)) == (len(live), 3, 1)
    again = replay(described(live, settings.lexicon), history=settings.history, horizon=settings.horizon)
    assert found.digest == again.digest

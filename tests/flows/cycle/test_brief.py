from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from extractors.read.feed import parse
from flows.cycle import brief, state
from tests.builders import feed
from tests.flows.cycle.conftest import Hooks
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss

MINUTE = timedelta(minutes=1)


def written(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_cycle_with_news_writes_what_changed_and_others_write_nothing(founding: Stage, hooks: Hooks) -> None:
    founding.channels(*hooks(canary_hook=HttpReceiver()))
    founding.run()
    site = founding.home / brief.FOLDER
    [(event,)] = founding.ask("SELECT event_id FROM alerts")
    first = written(site)
    assert {"index.html", "ko/index.html", f"events/{event}.html", "events.ics", "events.schema.json"} <= first.keys()
    assert "canary_hook" in (site / "events" / f"{event}.html").read_text("utf-8")
    founding.site.answers["/en"] = rss(FOUNDING_EN, *noise(5))
    assert founding.run(NOON + 10 * MINUTE, everything=True).items > 0
    assert written(site) == first
    founding.site.answers["/ko"] = rss(("https://ko.example/2", *FOUNDING_EN[1:]))
    assert founding.run(NOON + 20 * MINUTE, everything=True).relevant == 1
    changed = {name for name, at in written(site).items() if first.get(name) != at}
    assert {f"events/{event}.html", "index.html", "events.json"} <= changed
    assert "events.schema.json" not in changed


def test_konato_reads_its_own_feed_and_an_events_page_goes_with_it(founding: Stage, tmp_path: Path) -> None:
    founding.run()
    assert brief.build(founding.home, tmp_path) == brief.build(founding.home, tmp_path, whole=True) + 14
    read = parse((tmp_path / "events.atom").read_bytes(), "application/atom+xml", feed(), max_entries=99)
    assert (read.problem, [entry.title for entry in read.entries]) == (None, [FOUNDING_EN[1]])
    listing, gone = tmp_path / "events.json", tmp_path / "events" / "x1.html"
    gone.touch()
    listing.write_text('{"events": [{"event_id": "x1", "version": "", "page": "events/x1.html"}]}', "utf-8")
    assert brief.build(founding.home, tmp_path) > 0
    assert not gone.exists()
    next((tmp_path / "events").iterdir()).unlink()
    assert brief.build(founding.home, tmp_path) == 1  # what somebody took away comes back


def test_a_fault_harms_no_cycle_and_is_kept_until_the_next_try(
    founding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(brief, "build", broken)
        assert founding.run().alerts == 1
    assert state.read(founding.home).briefing == "OSError: no room"
    brief.refresh(founding.home, "")
    assert state.read(founding.home).briefing == ""

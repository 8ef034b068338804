import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from flows.cli.tools import Tools
from flows.cycle import brief, state
from tests.builders import raising
from tests.flows.cycle.conftest import Hooks
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss

MINUTE = timedelta(minutes=1)


def written(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_cycle_with_news_writes_what_changed_and_others_write_nothing(queued: Stage) -> None:
    site = queued.home / brief.FOLDER
    [(event,)] = queued.ask("SELECT event_id FROM alerts")
    first = written(site)
    assert {"index.html", "ko/index.html", f"events/{event}.html", "events.ics", "events.schema.json"} <= first.keys()
    assert "hook" in (site / "events" / f"{event}.html").read_text("utf-8")
    queued.site.answers["/en"] = rss(FOUNDING_EN, *noise(5))
    assert queued.run(NOON + 10 * MINUTE, everything=True).items > 0
    assert written(site) == first
    queued.site.answers["/ko"] = rss(("https://ko.example/2", *FOUNDING_EN[1:]))
    assert queued.run(NOON + 20 * MINUTE, everything=True).relevant == 1
    changed = {name for name, at in written(site).items() if first.get(name) != at}
    assert {f"events/{event}.html", "index.html", "events.json"} <= changed
    assert "events.schema.json" not in changed


def test_a_cycle_that_only_sends_writes_too(queued: Stage, hooks: Hooks) -> None:
    before = written(queued.home / brief.FOLDER)
    hooks(hook=HttpReceiver())
    assert queued.run(NOON + 10 * MINUTE).deliveries == (("sent", 1),)
    assert written(queued.home / brief.FOLDER) != before


def test_an_events_page_goes_with_it_and_comes_back(queued: Stage, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert brief.build(queued.home, out) == brief.build(queued.home, out, whole=True) + 14
    listing, gone = out / "events.json", out / "events" / "x1.html"
    gone.touch()
    listing.write_text('{"events": [{"event_id": "x1", "version": "", "page": "events/x1.html"}]}', "utf-8")
    assert brief.build(queued.home, out) > 0
    assert not gone.exists()
    next((out / "events").iterdir()).unlink()
    assert brief.build(queued.home, out) == 1  # what somebody took away comes back


def test_a_fault_harms_no_cycle_and_is_kept_until_the_next_try(queued: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(brief, "build", raising(OSError, "no room"))
        brief.refresh(queued.home, "", within=60)
    assert state.read(queued.home).briefing == "OSError: no room"
    with monkeypatch.context() as patch:
        patch.setattr(brief, "build", lambda *_, **__: [None for _ in iter(int, 1)])
        brief.refresh(queued.home, "", within=0.1)  # X1: endless work
    assert "took more than" in state.read(queued.home).briefing
    brief.refresh(queued.home, "", within=60)
    assert state.read(queued.home).briefing == ""


def test_no_secret_stands_in_what_is_shown(founding: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses of channels, keys in those of feeds, the home's place: in site, feeds out and answers to questions."""
    founding.feeds({"en": {"url": founding.site.url("/en?key=CANARYFEED")}, "ko": {}})
    founding.site.answers["/en?key=CANARYFEED"] = founding.site.answers["/en"]
    with HttpReceiver() as receiver:
        monkeypatch.setenv("DESK", f"json://CANARYUSER:CANARYPASS@127.0.0.1:{receiver.port}/CANARYPATH")
        founding.channels({"name": "desk", "url_env": "DESK"})
        assert founding.run().deliveries == (("sent", 1),)
    tools = Tools(founding.home)
    [(event,)] = founding.ask("SELECT event_id FROM alerts")
    answers = tools.chain(), tools.event(str(event)), tools.search("NATO"), tools.coverage(), tools.data_gaps()
    site = founding.home / brief.FOLDER
    shown = [*(path.read_text("utf-8") for path in site.rglob("*") if path.is_file()), json.dumps(answers)]
    assert (len(shown) > 14, "desk" in "".join(shown)) == (True, True)
    assert re.findall(f"CANARY\\w+|{founding.folder}", "".join(shown)) == []

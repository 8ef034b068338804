from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from alerts.decide import bundle
from alerts.decide.rules import identity
from alerts.model import Alert, BundleKind, Delivery, DeliveryState, Facts, Outgoing, Part
from alerts.word import render
from alerts.word.labels import TEMPLATES
from alerts.word.render import RenderError
from alerts.word.view import LINES_MAX
from tests import builders
from tests.alerts.hostile import HOSTILE
from tests.alerts.making import TOLD, TOLD_KO, facts, outgoing, pair
from tests.builders import NOW

GOLDEN = Path(__file__).parent / "golden"
SOURCE = TOLD
HEALTH = facts(
    kind="health",
    title="The Herald: herald",
    detail="5 failures in a row since 09:00: 404 <gone>",
    track="",
    tracks=(),
    sources=(),
)


PLANNED = Part(
    event_id="e", title="", stage="scheduled", event_date=date(2025, 9, 25), date_precision="day", place="place:seoul"
)


def _speaking(title: str, **changes: Any) -> Facts:
    """Facts of which one report alone speaks, in Korean unless it says otherwise."""
    told = replace(TOLD_KO, title=title, **{name: changes.pop(name) for name in ("language",) if name in changes})
    return facts(sources=(told, replace(TOLD, tells=False)), **changes)


def _many() -> list[tuple[Alert, Delivery]]:
    released = {"state": DeliveryState.HELD, "release_at": NOW}
    later = {"event_date": date(2025, 10, 2), "was": PLANNED}
    put_off = _speaking("First session put off", language="en", stage="postponed", **later)
    moved = _speaking(
        "Session moved",
        language="en",
        stage="scheduled",
        event_date=date(2025, 10, 1),
        was=PLANNED,
        date_precision="month",
    )
    off = _speaking("Signing called off", language="en", stage="cancelled", was=replace(PLANNED, stage="signed"))
    plan: dict[str, Any] = {"delivery": released, "event_id": "plan"}
    return [
        pair(1, change="new", delivery=released),
        pair(2, change="new", facts=_speaking("First session planned", stage="scheduled"), **plan),
        pair(3, change="advanced", facts=put_off, created_at=NOW + timedelta(hours=1), **plan),
        pair(4, change="advanced", delivery=released, facts=moved),
        pair(5, change="corrected", delivery=released, facts=off),
        pair(6, change="corroborated", delivery=released, event_id="same"),
        pair(7, change="corroborated", delivery=released, event_id="same", facts=facts(reports=14)),
        pair(8, change="unhealthy", delivery=released, event_id=None, facts=HEALTH),
    ]


def _plan(pairs: list[tuple[Alert, Delivery]]) -> Outgoing:
    return bundle.plan(pairs, {"desk": builders.channel(mode="digest")}, now=NOW)[-1]


def _baseline(count: int = 2) -> Outgoing:
    parts = tuple(
        Part(alert_id=f"{n:x}", event_id=f"event{n}", title=f"Earlier event {n}", url=f"https://a.example/{n}",
             stage="signed", event_date=None)
        for n in range(count)
    )  # fmt: skip
    first = pair(8, change="baseline", event_id=None, facts=facts(kind="baseline", parts=parts))
    return bundle.plan([first], {"desk": builders.channel()}, now=NOW)[0]


LATER = {"event_date": date(2026, 1, 1), "date_precision": "month", "was": PLANNED}
ELSEWHERE = {"event_date": PLANNED.event_date, "place": "place:brussels", "was": PLANNED}
NOTHING: dict[str, Any] = {"sources": (), "chain": (), "place": "", "actors": (), "domains": (), "event_date": None}
NOTE = "2025-06-26 03:00 – 12:00 KST"
CASES = {
    "event": outgoing(),
    "moved": outgoing(pair(3, change="advanced", facts=facts(stage="scheduled", **ELSEWHERE))),
    "postponed": outgoing(
        pair(3, change="advanced", facts=_speaking("방산협의체 회의 내년 1월로 연기", stage="postponed", **LATER))
    ),
    "bare": outgoing(pair(1, facts=facts(**NOTHING))),
    "digest": _plan(_many()),
    "repeat": outgoing(pair(1, delivery={"repeat": True})),
    "health": outgoing(pair(7, change="unhealthy", event_id=None, facts=HEALTH)),
    "baseline": _baseline(),
    "catch_up": replace(outgoing(pair(1), pair(2)), kind=BundleKind.CATCH_UP, note=NOTE, message_id="b" * 16),
}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("medium", ["email", "slack"])
@pytest.mark.parametrize("case", CASES)
def test_messages_read_as_agreed(case: str, medium: str, language: str) -> None:
    """The golden files; `KONATO_GOLDEN=write pytest …` writes them anew, for a human to read the difference."""
    message = render.render(CASES[case], builders.channel(language=language), medium)
    said = f"{message.title}\n\n{message.text}" + (f"\n{message.html}" if message.html else "")
    golden = GOLDEN / f"{case}.{medium}.{language}.txt"
    if os.environ.get("KONATO_GOLDEN") == "write":
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("medium", ["email", "slack", "text"])
@pytest.mark.parametrize("case", CASES)
def test_every_message_carries_its_ids_and_each_events_title_and_link(case: str, medium: str) -> None:
    message = render.render(CASES[case], builders.channel(), medium)
    assert message.message_id == CASES[case].message_id
    assert message.alert_ids == tuple(alert.alert_id for alert, _ in CASES[case].parts)
    first = CASES[case].parts[0][0].event_id if CASES[case].kind is None else None
    assert message.thread == (identity(first, "new") if first else "")
    for text in filter(None, (message.text, message.html)):
        assert message.message_id in text
        for alert, _ in CASES[case].parts:
            assert alert.alert_id in text
            assert alert.event_id is None or f"{alert.event_id}" in text
            assert all(part.title in text and part.url in text and part.event_id in text for part in alert.facts.parts)


def test_a_repeat_says_so_and_other_messages_do_not() -> None:
    for case, message in CASES.items():
        assert ("may be a repeat" in render.render(message, builders.channel(), "text").text) is (case == "repeat")


class _Seen(HTMLParser):
    """What a mail client would see: elements, attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "table", "tr", "td", "p", "blockquote", "ul", "li", "a", "span", "br", "hr", "bdi"}  # fmt: skip
ATTRIBUTES = {"style", "href", "rel", "lang", "charset", "name", "content", "role"}


@pytest.mark.parametrize(
    ("headline", "words"), [(headline, words) for _, headline, words in HOSTILE], ids=[name for name, _, _ in HOSTILE]
)
def test_hostile_headlines_are_readable_and_inert(headline: str, words: str) -> None:
    evil = replace(SOURCE, title=headline, outlet=headline, url="javascript:alert(1)")
    all_evil = facts(
        title=headline,
        chain=(replace(facts().chain[0], title=headline, url="javascript:alert(1)", titles=()),),
        sources=(replace(SOURCE, title=headline, sentence=headline, outlet=headline), evil),
    )
    for message in (
        outgoing(pair(1, facts=all_evil)),
        _plan([pair(n, delivery={"release_at": NOW}, facts=all_evil) for n in (1, 2)]),
    ):
        mail = render.render(message, builders.channel(), "email")
        seen = _Seen(mail.html or "")
        assert seen.tags <= OURS
        assert {name for name, _ in seen.attributes} <= ATTRIBUTES
        assert {value for name, value in seen.attributes if name == "href"} == {SOURCE.url}
        assert words.replace("∗", "*") in seen.text
        slack = render.render(message, builders.channel(), "slack")
        assert words in slack.text
        assert len(slack.title) <= 150
        assert {part.split("|")[0] for part in slack.text.split("<")[1:]} == {SOURCE.url.replace("&", "&amp;")}
        text = render.render(message, builders.channel(), "text")
        for said in (mail.title, mail.text, text.title, text.text, slack.title, slack.text):
            assert not {"\r", "\x00", "\u202e", "\u200b", "\ud800"} & set(said)
            assert not any(call in said.lower() for call in ("@here", "@channel", "@everyone", "<!", "<@", "<#"))
        assert not {"\n"} & set(mail.title + text.title + slack.title)


def test_the_mail_loads_nothing_from_anywhere() -> None:
    html = render.render(CASES["event"], builders.channel(), "email").html or ""
    assert not any(word in html for word in ("<img", "<link", "<script", "url(", "@import", "src=", "http-equiv"))
    assert 'name="viewport"' in html


def test_a_subject_is_cut_to_what_its_medium_takes() -> None:
    long = outgoing(pair(1, facts=facts(sources=(replace(SOURCE, title="& " * 500),))))
    slack = render.render(long, builders.channel(), "slack")
    assert len(slack.title) <= 150
    assert slack.title.endswith("…")


def test_a_very_long_first_run_says_how_much_it_left_out() -> None:
    message = render.render(_baseline(LINES_MAX + 5), builders.channel(), "slack")
    assert "and 5 more" in message.text
    assert "105 earlier events" in message.title


@pytest.fixture
def own_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(TEMPLATES, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(render, "TEMPLATES", tmp_path)
    render._environment.cache_clear()
    yield tmp_path
    render._environment.cache_clear()


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("{% if %}", "TemplateSyntaxError"),
        ("{{ v.nothing }}", "UndefinedError"),
        ("{{ v.title + 1 }}", "TypeError"),
        ("{{ v.title | nofilter }}", "nofilter"),
    ],
)
def test_a_broken_template_is_named_and_works_again_after_the_mend(
    own_templates: Path, broken: str, fault: str
) -> None:
    template = own_templates / "slack.txt"
    good = template.read_text(encoding="utf-8")
    template.write_text(good + broken, encoding="utf-8")
    with pytest.raises(RenderError, match=fault):
        render.render(CASES["event"], builders.channel(), "slack")
    assert render.render(CASES["event"], builders.channel(), "text").text
    template.write_text(good, encoding="utf-8")
    render._environment.cache_clear()
    assert render.render(CASES["event"], builders.channel(), "slack").text


def test_a_missing_template_and_a_missing_label_are_named(own_templates: Path) -> None:
    (own_templates / "slack.txt").unlink()
    with pytest.raises(RenderError, match=r"slack\.txt"):
        render.render(CASES["event"], builders.channel(), "slack")
    with pytest.raises(RenderError, match="handshake"):
        render.render(outgoing(pair(1, facts=facts(stage="handshake"))), builders.channel(), "text")

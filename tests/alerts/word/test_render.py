import os
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from alerts.decide import bundle
from alerts.decide.rules import identity
from alerts.model import Alert, BundleKind, Delivery, DeliveryState, Facts, Outgoing, Part
from alerts.send.slack import SECTION_MAX, sections
from alerts.word import render
from alerts.word.labels import TEMPLATES
from alerts.word.render import SUBJECT_MAX, RenderError
from tests import builders
from tests.alerts.hostile import HOSTILE
from tests.alerts.making import BEFORE, HEALTH, PLAN, TOLD, TOLD_KO, facts, outgoing, pair, rendered
from tests.builders import NOW
from tests.table import table

GOLDEN = Path(__file__).parent / "golden"
PLANNED = replace(PLAN, event_date=date(2025, 9, 25))
RELEASED: dict[str, Any] = {"state": DeliveryState.HELD, "release_at": NOW}


def _speaking(title: str, language: str = "en", **changes: Any) -> Facts:
    """Facts of which one report alone speaks."""
    told = replace(TOLD_KO, title=title, language=language)
    return facts(sources=(told, replace(TOLD, tells=False)), **changes)


def _many() -> list[tuple[Alert, Delivery]]:
    later: dict[str, Any] = {"event_date": date(2025, 10, 2), "was": PLANNED}
    month: dict[str, Any] = {"event_date": date(2025, 10, 1), "date_precision": "month", "was": PLANNED}
    told: list[tuple[str, str, Facts]] = [
        ("1", "new", facts()),
        ("plan", "new", _speaking("First session planned", "ko", stage="scheduled")),
        ("plan", "advanced", _speaking("First session put off", stage="postponed", **later)),
        ("4", "advanced", _speaking("Session moved", stage="scheduled", **month)),
        ("5", "corrected", _speaking("Signing called off", stage="cancelled", was=replace(PLANNED, stage="signed"))),
        ("same", "corroborated", facts()),
        ("same", "corroborated", facts(reports=14)),
        ("", "unhealthy", HEALTH),
    ]
    return [
        pair(number, event_id=f"e{int(name):015x}" if name.isdecimal() else name or None, change=change, facts=said,
             created_at=NOW + timedelta(hours=number == 3), delivery=RELEASED)
        for number, (name, change, said) in enumerate(told, 1)
    ]  # fmt: skip


def _plan(pairs: list[tuple[Alert, Delivery]], mode: str = "digest") -> Outgoing:
    return bundle.plan(pairs, {"desk": builders.channel(mode=mode)}, now=NOW)[-1]


EARLIER = tuple(
    Part(alert_id=f"{n:x}", event_id=f"event{n}", title=f"Earlier event {n}", url=f"https://a.example/{n}", stage="signed", event_date=None)
    for n in range(2)
)  # fmt: skip


LATER = {"event_date": date(2026, 1, 1), "date_precision": "month", "was": PLANNED}
ELSEWHERE = {"event_date": PLANNED.event_date, "place": "place:brussels", "was": PLANNED}
NOTHING: dict[str, Any] = {"sources": (), "chain": (), "place": "", "actors": (), "domains": (), "event_date": None}
PUT_OFF = _speaking("방산협의체 회의 내년 1월로 연기", "ko", stage="postponed", **LATER)
CASES = {
    "event": outgoing(),
    "moved": outgoing(pair(3, change="advanced", facts=facts(stage="scheduled", **ELSEWHERE))),
    "postponed": outgoing(pair(3, change="advanced", facts=PUT_OFF)),
    "bare": outgoing(pair(1, facts=facts(**NOTHING))),
    "digest": replace(
        _plan(_many()),
        aside=(builders.report(title="[Column] What NATO wants of Seoul", mention=builders.mention(reason="essay")),),
    ),
    "repeat": outgoing(pair(1, delivery={"repeat": True})),
    "health": outgoing(pair(7, change="unhealthy", event_id=None, facts=HEALTH)),
    "baseline": _plan([pair(8, change="baseline", event_id=None, facts=facts(kind="baseline", parts=EARLIER))], "now"),
    "catch_up": outgoing(
        pair(1), pair(2), kind=BundleKind.CATCH_UP, note="2025-06-26 03:00 – 12:00 KST", message_id="b" * 16
    ),
}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("medium", ["email", "slack"])
@pytest.mark.parametrize("case", CASES)
def test_messages_read_as_agreed_and_carry_their_ids(case: str, medium: str, language: str) -> None:
    """The golden files; `KONATO_GOLDEN=write pytest …` writes them anew, for a human to read the difference."""
    sent = CASES[case]
    message = render.render(sent, builders.channel(language=language), medium)
    said = f"{message.title}\n\n{message.text}" + (f"\n{message.html}" if message.html else "")
    golden = GOLDEN / f"{case}.{medium}.{language}.txt"
    if os.environ.get("KONATO_GOLDEN") == "write":
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
    assert message.alert_ids == tuple(alert.alert_id for alert, _ in sent.parts)
    first = sent.parts[0][0].event_id if sent.kind is None else None
    assert message.thread == (identity(first, "new") if first else "")
    for text in filter(None, (message.text, message.html)):
        assert sent.message_id == message.message_id in text
        assert all(alert.alert_id in text and (alert.event_id or "") in text for alert, _ in sent.parts)


OURS = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "table", "tr", "td", "p", "blockquote", "ul", "li", "a", "span", "br", "hr", "bdi"}  # fmt: skip
ATTRIBUTES = {"style", "href", "rel", "lang", "charset", "name", "content", "role", "title", "aria-label", "colspan"}


@pytest.mark.parametrize(("headline", "words"), [case[1:] for case in HOSTILE], ids=[name for name, *_ in HOSTILE])
def test_hostile_headlines_are_readable_and_inert_and_a_mail_loads_nothing(headline: str, words: str) -> None:
    evil = replace(TOLD, title=headline, outlet=headline, url="javascript:alert(1)")
    before = replace(BEFORE, title=headline, url="javascript:alert(1)", titles=())
    told = replace(TOLD, title=headline, sentence=headline, outlet=headline)
    said = facts(title=headline, chain=(before,), sources=(told, evil))
    for message in (outgoing(pair(1, facts=said)), _plan([pair(n, delivery=RELEASED, facts=said) for n in (1, 2)])):
        mail, slack, text = (render.render(message, builders.channel(), to) for to in ("email", "slack", "text"))
        seen = html.document_fromstring((mail.html or "").encode())  # as a mail client would
        attributes = {pair for element in seen.iter() for pair in element.items()}
        assert {element.tag for element in seen.iter()} <= OURS
        assert {name for name, _ in attributes} <= ATTRIBUTES
        assert {value for name, value in attributes if name == "href"} == {TOLD.url}
        assert not any("url(" in value or "refresh" in value for _, value in attributes)
        assert words.replace("∗", "*") in seen.text_content()
        assert words in slack.text
        assert len(slack.title) <= SUBJECT_MAX
        assert {part.split("|")[0] for part in slack.text.split("<")[1:]} == {TOLD.url.replace("&", "&amp;")}
        for one in (mail.title, mail.text, text.title, text.text, slack.title, slack.text):
            assert not {"\r", "\x00", "\u202e", "\u200b", "\ud800"} & set(one)
            assert not any(call in one.lower() for call in ("@here", "@channel", "@everyone", "<!", "<@", "<#"))
        assert "\n" not in mail.title + text.title + slack.title


@table("length, medium, there")
def test_r12_a_long_link_is_there_as_far_as_its_medium_takes_it(length: int, medium: str, there: bool) -> None:
    message = rendered(medium, url="https://a.example/" + "x" * length, title="word " * 40)
    assert (len(message.title) <= SUBJECT_MAX, message.title[-1]) == (True, "…")
    assert ("x" * length in message.text) is there
    assert "a.example" in message.text
    assert all(len(section) <= SECTION_MAX for section in sections(message.text)) or medium != "slack"


@table("broken, fault")
def test_a_template_at_fault_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, fault: str) -> None:
    monkeypatch.setattr(render, "TEMPLATES", shutil.copytree(TEMPLATES, tmp_path, dirs_exist_ok=True))
    monkeypatch.setattr(render, "_environment", render._environment.__wrapped__)  # nothing is kept
    template = tmp_path / "slack.txt"
    good = template.read_text(encoding="utf-8")
    if broken:
        template.write_text(good + broken, encoding="utf-8")
    else:
        template.unlink()
    with pytest.raises(RenderError, match=fault):
        rendered("slack")
    assert rendered("text").text
    template.write_text(good, encoding="utf-8")
    assert rendered("slack").text
    with pytest.raises(RenderError, match="handshake"):
        render.render(outgoing(pair(1, facts=facts(stage="handshake"))), builders.channel(), "text")

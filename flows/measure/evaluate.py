"""Detection and identity measured on labelled cases: the same functions as a cycle's, one case after another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path

from extractors.learned import EventChange
from extractors.mention.describe import describe
from extractors.model import ConfigError, Item
from extractors.story import Evidence, Mention, Rejection, Report
from extractors.words.lexicon import Lexicon
from flows.measure.ledger import Ledger
from flows.measure.metrics import Block, Verdict, figures

NOON = time(12, tzinfo=UTC)  # a labelled day is a local one: noon of it falls on the same day from Honolulu to Auckland
MEND = 'Write one JSON object a line: "title", and "relevant", "alert", "event", "published" as far as they are known.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled report; a label that it lacks is None or empty."""

    name: str
    item: Item
    relevant: bool | None
    alert: bool | None
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One case with what was made of it."""

    case: Case
    says: Mention | Rejection
    verdict: Verdict

    @property
    def wrong(self) -> str:
        """What is wrong with it in words, "" where nothing is."""
        one = self.verdict
        if one.alert is not None and one.alert != one.told_alert:
            return "false alert" if one.told_alert else "missed alert"
        if one.relevant is not None and one.relevant != one.told_relevant:
            return "falsely relevant" if one.told_relevant else "missed as relevant"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All cases judged, together and for each language by itself."""

    judged: tuple[Judged, ...]
    by_language: dict[str, tuple[Judged, ...]]

    def figures(self) -> dict[str, object]:
        """Return CONTRACT.md's figures, ready for JSON."""
        return {**_figures(self.judged), "by_language": {code: _figures(of) for code, of in self.by_language.items()}}

    def wrong(self) -> dict[str, str]:
        """Tell what is wrong with each wrong case, by its id."""
        return {one.case.name: one.wrong for one in self.judged if one.wrong}

    def errors(self) -> list[dict[str, object]]:
        """Explain each wrong case: what is wrong, the deciding reason, and the terms that were found."""
        return [
            {
                "id": one.case.name,
                "language": one.case.item.language,
                "title": one.case.item.title,
                "error": one.wrong,
                "reason": one.says.reason,
                "terms": list(terms(one.says.evidence)),
            }
            for one in self.judged
            if one.wrong
        ]

    def changed(self, before: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Return each case that is judged otherwise than before: its id, what was wrong, what is ("" for nothing)."""
        now = self.wrong()
        return [
            (name, before.get(name, ""), now.get(name, ""))
            for name in (one.case.name for one in self.judged)
            if before.get(name, "") != now.get(name, "")
        ]


def terms(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Put evidence in words: the term as it stands, its concept, and where."""
    return tuple(f"{one.term} ({one.concept}, {one.field})" for one in evidence)


def committed(path: Path) -> dict[str, str] | None:
    """Return what was wrong with a labelled file's cases in the `baseline.json` beside it; None where it has none."""
    baseline = path.with_name("baseline.json")
    known = json.loads(baseline.read_text(encoding="utf-8")) if baseline.exists() else {}
    found = known.get(path.stem)
    return None if found is None else dict(found["wrong"])


def evaluate(path: Path, lexicon: Lexicon) -> Evaluation:
    """Judge a file of labelled cases, one JSON object a line. Raises ConfigError for a line that is none."""
    cases = read_cases(path)
    says = {case.name: describe(case.item, lexicon) for case in cases}
    languages = sorted({case.item.language for case in cases})
    return Evaluation(
        judged=judge(cases, says),
        by_language={code: judge([one for one in cases if one.item.language == code], says) for code in languages},
    )


def judge(cases: Sequence[Case], says: dict[str, tuple[Mention, ...] | Rejection]) -> tuple[Judged, ...]:
    """Let the cases come in one by one, each a cycle at its own date."""
    ledger = Ledger()
    told: dict[str, EventChange] = {}
    for case in cases:
        mentions = says[case.name]
        if isinstance(mentions, tuple):
            resolution = ledger.learn([Report.of(case.item, one) for one in mentions], now=case.item.first_seen_at)
            told.update((case.name, change) for change in resolution.changes if change.news)
    return tuple(_judged(case, says[case.name], told.get(case.name), ledger) for case in cases)


def _judged(case: Case, found: tuple[Mention, ...] | Rejection, told: EventChange | None, ledger: Ledger) -> Judged:
    says = max(found, key=lambda one: (one.alertable, -one.n)) if isinstance(found, tuple) else found
    verdict = Verdict(
        case=case.name,
        relevant=case.relevant,
        alert=case.alert,
        event=case.event or case.name,
        told_relevant=isinstance(says, Mention),
        told_alert=isinstance(says, Mention) and says.alertable,
        told_event=ledger.home(case.item.item_id) or case.name,
        told=told.key if told else "",
        told_stage=told.event.stage if told else "",
    )
    return Judged(case=case, says=says, verdict=verdict)


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read labelled cases in the order of their dates; an unknown date goes last, at the last date known."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(_case(json.loads(line), number))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            reason = f"is no labelled case ({type(error).__name__}: {error})"
            raise ConfigError(file=str(path), table=f"line {number}", reason=reason, mend=MEND) from error
    last = max((one.item.published_at for one in found if one.item.published_at), default=datetime.now(UTC))
    cases = [replace(one, item=replace(one.item, first_seen_at=one.item.published_at or last)) for one in found]
    return tuple(sorted(cases, key=lambda one: (one.item.published_at is None, one.item.first_seen_at)))


def _case(data: dict[str, object], number: int) -> Case:
    name = str(data.get("id") or f"line {number}")
    key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
    when = _date(data.get("published"))
    alert = _label(data.get("alert"))
    item = Item(
        key=key,
        content=key,
        outlet=str(data.get("outlet") or ""),
        feed="",
        language=str(data.get("language") or "en"),
        url=str(data.get("url") or ""),
        title=str(data["title"] or ""),
        summary=str(data.get("summary") or ""),
        published_at=when,
        utc_offset=int(offset.total_seconds()) // 60 if when and (offset := when.utcoffset()) else 0,
        first_seen_at=when or datetime.min.replace(tzinfo=UTC),
    )
    return Case(
        name=name,
        item=item,
        relevant=_label(data.get("relevant", True if alert else None)),
        alert=alert,
        event=str(data.get("event") or ""),
    )


def _label(value: object) -> bool | None:
    return None if value is None else bool(value)


def _date(value: object) -> datetime | None:
    """Read a day, a month or a year (their first day), or a moment."""
    if value is None:
        return None
    text = str(value)
    moment = datetime.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) in {4, 7} else text)
    return moment if moment.tzinfo else datetime.combine(moment.date(), NOON)


def _figures(judged: Sequence[Judged]) -> dict[str, Block]:
    return figures([one.verdict for one in judged])

"""Detection and identity measured on labelled cases: the same functions as a cycle's, one case after another."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import NamedTuple

from extractors.learned import EventChange
from extractors.model import ConfigError, Item
from extractors.story import Evidence, Mention, Rejection, Report, Says
from extractors.words.lexicon import Lexicon
from flows.measure.metrics import Block, Verdict, figures
from flows.measure.replay import Ledger
from flows.measure.runners import described

NOON = time(12, tzinfo=UTC)  # a labelled day is a local one: noon of it falls on the same day from Honolulu to Auckland
MEND = 'Write one JSON object a line: "title", and "relevant", "alert", "event", "published" as far as they are known.'


class Case(NamedTuple):
    """One labelled report: what came in, and its labels."""

    item: Item
    labels: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One case with what was made of it: the mention that speaks for it, or why it tells nothing."""

    item: Item
    says: Mention | Rejection
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What detection says of each case, and how they are judged together."""

    says: Mapping[int, Says]
    judged: tuple[Judged, ...]

    def blocks(self) -> dict[str, Block]:
        """Return CONTRACT.md's figures over all cases."""
        return figures([one.verdict for one in self.judged])

    def figures(self) -> dict[str, object]:
        """Return them with each language's, judged as if there were no others; ready for JSON."""
        each = defaultdict[str, list[Case]](list)
        for one in self.judged:
            each[one.item.language].append(Case(one.item, one.verdict))
        spoken = {code: figures([one.verdict for one in judge(each[code], self.says)]) for code in sorted(each)}
        return {**self.blocks(), "by_language": spoken}

    def errors(self) -> list[dict[str, object]]:
        """Explain each wrong case: what is wrong, the deciding reason, and the terms that were found."""
        return [
            {"id": one.verdict.case, "language": one.item.language, "title": one.item.title, "error": one.verdict.wrong,
             "reason": one.says.reason, "terms": list(terms(one.says.evidence))}
            for one in self.judged if one.verdict.wrong
        ]  # fmt: skip

    def changed(self, before: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Return each case that is judged otherwise than before: its id, what was wrong, what is ("" for nothing)."""
        found = [(one.case, before.get(one.case, ""), one.wrong) for one in (case.verdict for case in self.judged)]
        return [one for one in found if one[1] != one[2]]


def terms(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Put evidence in words: the term as it stands, its concept, and where."""
    return tuple(f"{one.term} ({one.concept}, {one.field})" for one in evidence)


def committed(path: Path) -> dict[str, str] | None:
    """Return what was wrong with a labelled file's cases in the `baseline.json` beside it; None where it has none."""
    baseline = path.with_name("baseline.json")
    known = json.loads(baseline.read_text(encoding="utf-8")) if baseline.exists() else {}
    return dict(known[path.stem]["wrong"]) if path.stem in known else None


def evaluate(path: Path, lexicon: Lexicon, *, runner: str = "threads") -> Evaluation:
    """Judge a file of labelled cases, one JSON object a line. Raises ConfigError for a line that is none."""
    cases = read_cases(path)
    says = {item.key: found for item, found in described([item for item, _ in cases], lexicon, runner=runner)}
    return Evaluation(says=says, judged=judge(cases, says))


def judge(cases: Sequence[Case], says: Mapping[int, Says]) -> tuple[Judged, ...]:
    """Let the cases come in one by one, each a cycle at its own date."""
    ledger = Ledger()
    told: dict[int, EventChange] = {}
    for item, _ in cases:
        mentions = says[item.key]
        if isinstance(mentions, tuple):
            resolution = ledger.learn([Report.of(item, one) for one in mentions], now=item.first_seen_at)
            told.update((item.key, change) for change in resolution.changes if change.news)
    return tuple(_judged(item, labels, says[item.key], told.get(item.key), ledger) for item, labels in cases)


def _judged(item: Item, labels: Verdict, found: Says, told: EventChange | None, ledger: Ledger) -> Judged:
    says = max(found, key=lambda one: (one.alertable, -one.n)) if isinstance(found, tuple) else found
    verdict = replace(
        labels, told_relevant=isinstance(says, Mention), told_alert=isinstance(says, Mention) and says.alertable,
        told_event=ledger.home(item.item_id) or labels.case, told=told.key if told else "",
        told_stage=told.event.stage if told else "",
    )  # fmt: skip
    return Judged(item=item, says=says, verdict=verdict)


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read labelled cases in the order of their dates; an unknown date goes last, at the last date known."""
    found: list[Case] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(_case(json.loads(line), number))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            reason = f"is no labelled case ({type(error).__name__}: {error})"
            raise ConfigError(file=str(path), table=f"line {number}", reason=reason, mend=MEND) from error
    last = max((item.published_at for item, _ in found if item.published_at), default=datetime.now(UTC))
    cases = [Case(replace(item, first_seen_at=item.published_at or last), labels) for item, labels in found]
    return tuple(sorted(cases, key=lambda case: (case.item.published_at is None, case.item.first_seen_at)))


def _case(data: Mapping[str, object], number: int) -> Case:
    name, when = str(data.get("id") or f"line {number}"), _date(data.get("published"))
    key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
    offset = when.utcoffset() if when else None
    item = Item(
        key=key,
        content=key,
        feed="",
        title=str(data["title"] or ""),
        language=str(data.get("language") or "en"),
        published_at=when,
        utc_offset=int(offset.total_seconds()) // 60 if offset else 0,
        first_seen_at=when or datetime.min.replace(tzinfo=UTC),
        **{field: str(data.get(field) or "") for field in ("outlet", "url", "summary")},  # type: ignore[arg-type]  # texts
    )
    alert = data.get("alert")
    labels = (data.get("relevant", True if alert else None), alert)
    relevant, alert = (None if label is None else bool(label) for label in labels)
    return Case(item, Verdict(case=name, relevant=relevant, alert=alert, event=str(data.get("event") or name)))


def _date(value: object) -> datetime | None:
    """Read a day, a month or a year (their first day), or a moment."""
    if value is None:
        return None
    text = str(value)
    moment = datetime.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) in {4, 7} else text)
    return moment if moment.tzinfo else datetime.combine(moment.date(), NOON)

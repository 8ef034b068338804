"""What a sentence tells, in the one structure that rules ask: who, with whom, by which verb, of what, when, where.

An item is read as its sentences' acts, in order.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from extractors.calendar import Dated, last_day
from extractors.model import Item
from extractors.story import Evidence, Track
from extractors.words.lexicon import Lexicon
from extractors.words.sentences import parts_of
from extractors.words.text import is_cjk

LEAD: Final = 3  # sentences of a summary or text
WEAK: Final = frozenset({"wish", "considering", "negated"})  # hedges that leave no act; a forecast leaves a plan
DEEDS: Final = frozenset({"stage:signed", "stage:joined", "stage:proposed", "stage:postponed", "stage:cancelled"})
"""The stages that are deeds, whoever does them."""
_WEIGHTS: Final = {"title": (1.0, 1.0), "summary": (0.9, 0.75), "text": (0.75, 0.5)}  # in the lead, further on
_BEFORE, _AFTER = 30, 14  # where a hedge stands: ahead of a Latin verb, behind a Korean, Japanese or Turkish one
BREAK: Final = re.compile(r"[…;:\"“”‘]|(?<!\w)['’]|['’](?!\w)|\.\.\.|, (?!(?:hogy|dass|że|že|що|что|että)\b)")
"""What a hedge does not reach over; an apostrophe within a word ("the summit's") is no quotation mark."""
_PARTS: Final = re.compile(r"…|\.\.\.|;\s")
_TEXT_LIMIT: Final = 20_000  # code points of one field: the act of a longer page stands in its first part


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: an answer is worked out once, when it is first asked for
class Act:
    """One sentence: where it stands, the terms found in it as evidence (offsets are the field's), what they tell."""

    field: str  # "title", "summary", "text"
    index: int  # within its field
    start: int
    text: str
    hits: tuple[Evidence, ...]
    item: Item
    lexicon: Lexicon  # by which it was read
    today: date  # of its publication, at the outlet

    @cached_property
    def concepts(self) -> frozenset[str]:
        """What its words stand for."""
        return frozenset(hit.concept for hit in self.hits)

    @cached_property
    def who(self) -> frozenset[str]:
        """The sides that its words stand for: "korea", "nato", "both", "ip4", and "" for none."""
        return frozenset(self.lexicon.concepts[hit.concept].side for hit in self.hits)

    @cached_property
    def verbs(self) -> Mapping[Evidence, str]:
        """Its verbs in order, each with its hedge: "wish", "forecast", "considering", "negated", or ""."""
        return {verb: self.hedge(verb) for verb in self.having("stage:") if not self.supposed(verb)}

    def supposed(self, hit: Evidence) -> bool:
        """Whether a hit names an act of before that is spoken of: "after Seoul signed", 체결된 협정."""
        return bool(self.pattern("<known>").search(self._marked(hit)))

    def _marked(self, hit: Evidence) -> str:
        """The text with "§" in a hit's place."""
        return f"{self.text[: hit.start - self.start]}§{self.text[hit.end - self.start :]}"

    @cached_property
    def firm(self) -> frozenset[str]:
        """The stages of verbs that no hedge weakens."""
        return frozenset(verb.concept for verb, hedge in self.verbs.items() if hedge not in WEAK)

    def when(self, text: str | None = None, *, ahead: bool) -> list[Dated]:
        """The dates that it names, or that what is left of its text does."""
        return [*self.lexicon.days(self.item.language).read(text or self.text, self.today, ahead=ahead)]

    def past(self, slack: timedelta) -> bool:
        """Whether it names days alone that were over so long before its publication."""
        days = self.when(ahead=False)
        return bool(days) and all(last_day(dated) < self.today - slack for dated in days)

    def recalls(self, slack: timedelta) -> bool:
        """Whether it recalls another act than the lead's: below it, of old days, a body, a sitting or both parties."""
        ours = self.means("ours") or self.firm == {"stage:held"}
        return bool(self.index and ours and not self.pattern("<former_plan>").search(self.text)) and self.past(slack)

    @cached_property
    def where(self) -> str:
        """The place that it names, abroad before Seoul; "" for none. "Seoul, NATO agree" names a government."""
        left = self.pattern("<left>")
        named = [hit for hit in self.having("place:") if hit.term.casefold() != "seoul" or self.at(hit)]
        places = [hit.concept.partition(":")[2] for hit in named if not left.search(self._marked(hit))]
        return next((place for place in places if place != "seoul"), "seoul" if places else "")

    @cached_property
    def number(self) -> int | None:
        """The number of the session that it names ("second round", 제2차), or None."""
        return self.lexicon.speech(self.item.language).number_in(self.text)

    @cached_property
    def named(self) -> bool:
        """Whether it names the body, or a project or programme by its own name."""
        hits = self.having("body", "project:", "agency:")
        return any(self.lexicon.concepts[hit.concept].track is not None for hit in hits)

    @cached_property
    def occasion(self) -> bool:
        """Whether it names something that takes place, with its date, or in a title with its place."""
        placed, days = self.field == "title" and self.having("place:"), self.when(ahead=True)
        if self.having("stage:") and not self.verbs:  # "the session cancelled last week"
            placed, days = False, [day for day in days if last_day(day) >= self.today]
        return bool(self.having("occasions") and (placed or days))

    @property
    def weight(self) -> float:
        """How much being said here counts: title, lead, the rest, an article page."""
        return _WEIGHTS[self.field][self.index >= LEAD]

    def having(self, *concepts: str) -> tuple[Evidence, ...]:
        """The hits of these concepts, groups ("stage:"), sides ("side:korea") and sets of meanings.toml."""
        named = self.lexicon.named[concepts]
        return tuple(hit for hit in self.hits if hit.concept in named)

    def means(self, meaning: str) -> bool:
        """Whether its concepts together have a meaning of meanings.toml."""
        return self.lexicon.named.hold(meaning, self.concepts)

    def at(self, hit: Evidence) -> bool:
        """Whether a name says where, and not who: "in Seoul"."""
        return bool(self.pattern("<venue>").search(self.between(self.start, hit.start)))

    def anchors(self, track: Track) -> tuple[Evidence, ...]:
        """The hits beside which a track's acts are told."""
        return self.having(*self.lexicon.tracks[track])

    def pattern(self, template: str) -> re.Pattern[str]:
        """An expression of its language: `Speech.pattern`."""
        return self.lexicon.speech(self.item.language).pattern(template)

    def hedge(self, verb: Evidence) -> str:
        """The hedge that goes with a verb, as in `verbs`."""
        behind = is_cjk(verb.term[0]) or self.item.language == "tr"
        for hedge in self.having("hedges"):
            begin, end = (verb.end, hedge.start) if behind else (hedge.end, verb.start)
            apart = self.between(begin, end + 1)  # with the next letter, so that l' is no quotation mark
            near = 0 <= end - begin <= (_AFTER if behind else _BEFORE) or hedge.end == verb.start  # 考虑加入
            inside = hedge.start <= verb.start < hedge.end - 1  # "not signed", but 추진 중단
            if inside or (near and not BREAK.search(apart) and not self.pattern("<breaks>").search(apart)):
                return hedge.concept.partition(":")[2]
        return ""

    def between(self, start: int, end: int) -> str:
        """What stands between two offsets of the field, as far as it is in the sentence."""
        return self.text[max(0, start - self.start) : max(0, end - self.start)]

    def same_clause(self, one: Evidence, other: Evidence, parts: re.Pattern[str] = _PARTS) -> bool:
        """Whether nothing parts two hits that a headline parts two clauses by, or that `parts` finds."""
        first, last = sorted((one, other), key=lambda hit: hit.start)
        return not parts.search(self.between(first.end, last.start))


def having(told: Iterable[Act], *concepts: str) -> bool:
    """Whether any of several acts has any of these concepts."""
    return any(one.having(*concepts) for one in told)


def means(told: Sequence[Act], meaning: str) -> bool:
    """Whether several acts, one at least, have a meaning of meanings.toml together."""
    return told[0].lexicon.named.hold(meaning, frozenset().union(*(one.concepts for one in told)))


def apart(one: Evidence, other: Evidence) -> int:
    """Code points between two hits."""
    return max(one.start - other.end, other.start - one.end, 0)


def read(item: Item, lexicon: Lexicon) -> tuple[Act, ...]:
    """Read title, summary and article text; a text that repeats the summary's beginning adds its own sentences."""
    fields = [(name, getattr(item, name)[:_TEXT_LIMIT]) for name in ("title", "summary", "text")]
    if any(hit.concept == "hedge:tail" for hit in lexicon.find(item.title, item.language)):
        fields = fields[:1]  # a page of other pages: what follows its title are their headlines
    today = item.local_day or item.first_seen_at.date()
    return tuple(
        Act(field=name, index=index, start=start, text=said, hits=hits, item=item, lexicon=lexicon, today=today)
        for name, text in fields
        if text
        for index, (start, said, hits) in enumerate(parts_of(text, item.language, name, lexicon, today))
    )

"""DOMAIN.md's policy: which relevant report is of a discrete, dated act that deserves an alert, and why.

A table, asked from the top: the first row that holds decides. Each row names a labelled case that needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from extractors.calendar import span
from extractors.mention.act import OCCASIONS, WEAK, Act, having, sides
from extractors.mention.formal import DONE, concrete, vague
from extractors.mention.relevance import spoken_for
from extractors.mention.telling import Telling
from extractors.mention.top import at_the_top
from extractors.story import Stage

_KOREAN: Final = frozenset({"korea", "both", "ip4"})
_MONTH: Final = timedelta(days=31)
_ABROAD: Final = frozenset({"contrary:eu", "contrary:sale", "country:other"})
ASIDE: Final = "aside"
"""The act is between others: no act of ours at all."""


def judge(one: Telling) -> tuple[bool, str]:
    """Say whether to alert, and the reason either way."""
    rule = next((rule for rule in RULES if rule.holds(one)), ACT)
    return rule.alerts, rule.reason.format(track=one.track, stage=one.stage)


def _essay(one: Telling) -> bool:
    """Opinion and analysis: said by the title, by the first sentence where the title tells no act, or twice."""
    said = [len(s.having("hedge:essay")) for s in one.told]
    title = one.title
    silent = not title.firm and not (title.number and title.having("session_word", "body_word"))
    return bool(said[0]) or sum(said) > 1 or (silent and any(said[:2]))


def _reaction(one: Telling) -> bool:
    """What others say of it: lawmakers ask, critics doubt; unless it names the body's own day."""
    return bool(one.title.having("hedge:reaction", "office:assembly")) and not (
        one.title.having("body") and one.title.occasion
    )


def _old(one: Telling) -> bool:
    """A recap: the act was long over when the report came."""
    today = one.item.local_day
    if one.dated is None or today is None or one.stage in {Stage.SCHEDULED, Stage.POSTPONED}:
        return False
    first, last = span(*one.dated)  # of a month or less its middle counts, of more its end
    return today - (last if last - first > _MONTH else first + (last - first) / 2) > one.horizon


def _courtesy(one: Telling) -> bool:
    """Whether a visit is all there is: a tour or a company's doing in the title, and no deed beside it."""
    title = one.title
    company = title.having("company:") and not title.having("office:", "body", "body_word")
    awarded = company and any(s.firm & DONE for s in one.told[:2]) and having(one.told[:2], "agency:")
    if awarded or title.firm & {*DONE, "stage:agreed"}:
        return False
    toured = title.having("hedge:courtesy") or (one.verb is None and having(one.told[:2], "hedge:courtesy"))
    return bool(toured or company)


def _aside(one: Telling) -> bool:
    """Whether NATO stands neither in title nor first sentence nor beside the verb: the act is between others."""
    title, verb = one.title, one.act
    near = [s for s in one.told if s in (title, verb) or (s.index == 0 and not (title.firm and _supposed(s)))]
    parties = spoken_for(one.item) | sides(near)
    ours = parties & {"nato", "both", "ip4"} or having(near, "alliance", "body") or any(s.named for s in near)
    others = title.having("country:", "contrary:sale", "contrary:eu", "contrary:twin")
    korean = [s for s in one.told if s.who & _KOREAN]
    alone = title.firm and title.pattern("<allies>").search(title.text)
    absent = all(
        s.having("hedge:declined") or (alone and not s.firm) or (s.having("ministerial") and not s.subject)
        for s in korean
    )
    guest = bool(korean) and absent and not any(s in near for s in korean)
    return not ours or guest or _between_others(one) or bool(others and not parties & _KOREAN)


def _supposed(one: Act) -> bool:
    """Whether a sentence only supposes something: hedged, and no verb in it is firm."""
    return bool(one.having("hedge:forecast", "hedge:wish", "hedge:considering")) and not one.firm


def _between_others(one: Telling) -> bool:
    """Whether the verb's clause names the EU or a member and no NATO: Korea's act with them, not with the alliance."""
    told, verb = one.act, one.verb
    if verb is None or spoken_for(one.item) or told.having("alliance"):
        return False
    beside = [hit for hit in told.hits if told.same_clause(hit, verb)]
    others = any(hit.concept in _ABROAD for hit in (*beside, *one.title.hits))
    ours = {told.lexicon.concepts[hit.concept].side for hit in beside} & {"nato", "both", "ip4"}
    return others and not ours and (told is one.title or not one.title.who & {"nato", "both"})


def _wish(one: Telling) -> bool:
    """What is wished for, considered, foreseen or denied, and has neither verb nor occasion of its own."""
    title = one.title
    asks = title.text.rstrip("'\"”’) ").endswith(("?", "？"))
    if asks and not any(s.firm and concrete(one, s) for s in one.told[1:3]):
        return True
    weak = title.having("stage:") and not title.firm  # whatever the lead tells of what the title denies
    if weak or (one.hedge == "forecast" and one.stage not in {Stage.SCHEDULED, Stage.HELD}):
        return True
    wishful = title.having("hedge:wish", "hedge:considering") and not any(s.firm & DONE for s in one.told[:2])
    hopeful = title.having("hedge:forecast") and not title.having("stage:")
    return one.hedge in WEAK or (bool(wishful or hopeful) and not title.having(*OCCASIONS))


def _unlisted(one: Telling) -> bool:
    """Whether a title tells an act with a verb that no list has: it names a party and what the act is about.

    That is a project or agency by name; or, with a day, a place or a number, the body, its session, a document, a
    project in a field. The lead may name the other party. Nothing may weaken it or speak for another subject.
    """
    title, lead = one.title, one.told[:2]
    parties = sides(lead)
    if one.verb or having(lead, "hedge:") or title.having("contrary:"):
        return False
    occasion = one.dated is not None or any(s.number or s.having("place:") for s in lead)
    if not (parties >= {"korea", "nato"} or "both" in parties) or not (occasion or title.having("project:", "agency:")):
        return False
    document = title.having("statement") and any(s.subject for s in lead)
    project = title.having("project:word", "project:joint") and title.having("domain:")
    session = title.having("session_word", "body_word") and title.having("industry", "industry_word", "weapons")
    return bool(title.named or document or project or session)


def _many(one: Telling) -> bool:
    """Whether it is of a session of many subjects, such as a ministerial, and names neither body nor project."""
    done = one.title.firm & {"stage:agreed", "stage:signed", "stage:proposed"} and one.title.subject
    concrete = done or any(s.named for s in one.told) or one.having("statement", "project:joint", "project:word")
    return having((*one.told[:2], one.act), "ministerial") and not concrete


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: the reason given, when it holds, whether that alerts, and the labelled case that needs it."""

    reason: str
    holds: Callable[[Telling], bool]
    alerts: bool = False
    case: str  # set and id in tests/cases


RULES: Final = (
    Rule(reason="essay", holds=_essay, case="labelled/k005"),
    Rule(reason="reaction", holds=_reaction, case="labelled/k245"),
    Rule(reason="old_act", holds=_old, case="second/ua121"),
    Rule(
        reason="talks at the top with defence industry as a subject",
        holds=lambda one: at_the_top(one.told, one.stage),
        alerts=True,
        case="labelled/k106",
    ),
    Rule(reason="courtesy", holds=_courtesy, case="labelled/k019"),
    Rule(reason=ASIDE, holds=_aside, case="sixth/f0042"),
    Rule(reason="wish", holds=_wish, case="eighth/p0011"),
    Rule(reason="an act of {track}, in words that no list has", holds=_unlisted, alerts=True, case="eighth/p0035"),
    Rule(reason="no_act", holds=lambda one: one.verb is None and vague(one), case="labelled/k088"),
    Rule(
        reason="preview",
        holds=lambda one: one.stage == Stage.SCHEDULED and one.having("ministerial") and vague(one),
        case="labelled/k186",
    ),
    Rule(reason="low_level", holds=vague, case="labelled/k089"),
    Rule(reason="many_subjects", holds=_many, case="labelled/k017"),
)
ACT: Final = Rule(reason="an act of {track}: {stage}", holds=lambda _: True, alerts=True, case="")

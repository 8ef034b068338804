"""DOMAIN.md's policy: which relevant report is of a discrete, dated act that deserves an alert, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from extractors.calendar import Dated, last_day, today_of
from extractors.mention.act import WEAK, Verb, firm_verbs
from extractors.mention.relevance import spoken_for
from extractors.model import Item
from extractors.story import Stage, Track
from extractors.words.days import dates_in
from extractors.words.lexicon import Lexicon
from extractors.words.sentences import Sentence, sides_of

_GENERIC: Final = frozenset({"project:joint", "project:itpp", "project:word"})
"""Projects too general to make a meeting's agenda a concrete act."""
_DONE: Final = frozenset({"stage:signed", "stage:joined", "stage:proposed", "stage:postponed", "stage:cancelled"})
_BOUND: Final = ("project:joint", "ip4", "domain:airworthiness", "domain:munitions", "agency:")
_FORMAL: Final = (
    *_BOUND, "project:word", "domain:procurement", "domain:supply_chain", "domain:standardization", "industry",
    "delegation", "domain:space", "domain:air", "domain:maritime", "domain:rnd",
)  # fmt: skip
"""What makes an agreement on it an act, and what makes a signature or an accession one."""
_FULL: Final = frozenset({"ko", "en"})
"""Languages whose verbs the lexicon lists in full."""
_AGENTS: Final = ("office:dapa", "office:add", "office:dtaq")
"""Who agrees with NATO on nothing but defence industry."""
_DRILL: Final = ("domain:training", "domain:cyber")
_ASKS: Final = re.compile(r"(?:what|why|how|무엇|왜|어떻게)\b", re.IGNORECASE)
_BESIDE: Final = 12  # code points between a name and its office
_TALKS: Final = (
    "call", "meeting", "stage:held", "stage:agreed", "stage:scheduled", "stage:postponed", "stage:cancelled",
)  # fmt: skip
_OCCASIONS: Final = ("session_word", "body", "project:industry_forum", "delegation")
"""Words for something that takes place: with a date they tell an act without any verb."""


def judge(
    item: Item,
    told: Sequence[Sentence],
    verb: Verb,
    *,
    stage: Stage,
    dated: Dated | None,
    track: Track,
    horizon: timedelta,
    lexicon: Lexicon,
) -> tuple[bool, str]:
    """Say whether to alert, and the reason either way."""
    if _essay(told):
        return False, "essay"
    if told[0].having("hedge:reaction") and not (told[0].having("body") and _occasion(item, told[0])):
        return False, "reaction"
    today = today_of(item)
    if dated and today and stage not in {Stage.SCHEDULED, Stage.POSTPONED} and today - last_day(dated) > horizon:
        return False, "old_act"
    if stage != Stage.SCHEDULED and _at_the_top(told, lexicon):
        return True, "talks at the top with defence industry as a subject"
    if _courtesy(told):
        return False, "courtesy"
    return _act(item, told, verb, stage=stage, track=track, lexicon=lexicon)


def _act(
    item: Item, told: Sequence[Sentence], verb: Verb, *, stage: Stage, track: Track, lexicon: Lexicon
) -> tuple[bool, str]:
    """Below the top, the report must tell an act of the body, of a project by name, of a document."""
    if _aside(item, told, verb, lexicon):
        return False, "aside"
    wishful = told[0].having("hedge:wish", "hedge:considering") and not any(True for _ in firm_verbs(told[0]))
    hopeful = told[0].having("hedge:forecast") and not told[0].having("stage:")
    if verb.hedge in WEAK or ((wishful or hopeful) and not told[0].having(*_OCCASIONS)):
        return False, "wish"
    if verb.hit is None and _unlisted(item, told, lexicon):
        return True, f"an act of {track}, in words that no list has"
    aside = any(s.having("contrary:policy_talks", "contrary:staff_talks") for s in told) and not _named(
        told[0], lexicon
    )
    if aside or not (any(_concrete(item, s, told, track, lexicon) for s in told) or _composed(told, lexicon)):
        ahead = stage == Stage.SCHEDULED and _many(told)
        return False, "no_act" if verb.hit is None else "preview" if ahead else "low_level"
    if _many(told) and not any(
        _named(s, lexicon) or s.having("statement", "project:joint", "project:word") for s in told
    ):
        return False, "preview" if stage == Stage.SCHEDULED else "many_subjects"
    return True, f"an act of {track}: {stage}"


def _aside(item: Item, told: Sequence[Sentence], verb: Verb, lexicon: Lexicon) -> bool:
    """Whether NATO stands neither in title nor first sentence nor beside the verb: the act is between others."""
    near = [s for s in told if s.field == "title" or s.index == 0 or s is verb.sentence]
    sides = spoken_for(item) | sides_of(near, lexicon)
    named = ("alliance", "body", "office:nato", "office:military")
    if not sides & {"nato", "both", "ip4"} and not any(s.having(*named) or _named(s, lexicon) for s in near):
        return True
    others = told[0].having("country:", "contrary:sale", "contrary:eu", "contrary:twin")
    return bool(others) and not sides & {"korea", "both", "ip4"}


def _many(told: Sequence[Sentence]) -> bool:
    """Whether it is of a session of many subjects, such as a ministerial."""
    return any(s.having("ministerial") for s in told)


def _unlisted(item: Item, told: Sequence[Sentence], lexicon: Lexicon) -> bool:
    """Whether a title tells an act with a verb that no list has: it names both parties and what the act is about.

    That is the body, a project or agency by name, a document; where a language has no full list, the industry. The
    title may leave a party to the first sentence. Nothing may weaken it, question it or speak for another subject.
    """
    title, lead = told[0], told[:2]
    asks = _ASKS.match(title.text) or title.text.rstrip("'\"”’").endswith("?")
    if asks or any(s.having("hedge:") for s in lead) or title.having("contrary:"):
        return False
    sides = sides_of(lead, lexicon)
    here = sides_of([title], lexicon)
    if not ("both" in sides or sides >= {"korea", "nato"}) or not here & {"both", "korea", "nato"}:
        return False
    about = title.having("body") or (title.having("body_word") and title.having("industry", "industry_word", "weapons"))
    if about or _named(title, lexicon) or (title.having("statement") and any(map(_subject, lead))):
        return True
    if title.having("domain:airworthiness", "domain:standardization"):
        return True
    if title.having("project:word", "project:joint") and title.having("domain:") and not title.having(*_DRILL):
        return True
    return item.language not in _FULL and bool(here & {"both", "nato"} and title.having("industry", "industry_word"))


def _essay(told: Sequence[Sentence]) -> bool:
    """Opinion and analysis: said by the title, by the first sentence where the title tells no act, or twice."""
    said = [len(s.having("hedge:essay")) for s in told]
    acts = any(True for _ in firm_verbs(told[0]))
    return bool(said[0]) or sum(said) > 1 or (not acts and any(said[:2]))


def _courtesy(told: Sequence[Sentence]) -> bool:
    """Whether a visit is all there is: a tour or a company's doing in the title, and no deed beside it."""
    deeds = _DONE | {"stage:agreed"}
    if any(firm.concept in deeds for firm in firm_verbs(told[0])):
        return False
    company = told[0].having("company:") and not told[0].having("office:", "body", "body_word")
    if company and any(firm.concept in _DONE for s in told[:2] if s.having("agency:") for firm in firm_verbs(s)):
        return False
    return bool(told[0].having("hedge:courtesy") or company)


def _at_the_top(told: Sequence[Sentence], lexicon: Lexicon) -> bool:
    """President, adviser or minister with NATO's secretary general, deputy or military chair, and they talked."""
    ranked = [lexicon.concepts[h.concept] for s in told for h in s.hits if lexicon.concepts[h.concept].rank == "top"]
    korea = any(c.side == "korea" for c in ranked) or any(map(_korean_leader, told)) or _understood_leader(told)
    nato = any(c.side == "nato" or c.name.startswith(("office:nato", "office:military")) for c in ranked)
    return korea and nato and any(s.having(*_TALKS) for s in told)


def _korean_leader(sentence: Sentence) -> bool:
    """Whether an office without a name stands beside Korea's: "the President of the Republic of Korea"."""
    offices, names = sentence.having("office:president", "office:minister", "office:adviser"), sentence.having("korea")
    return any(0 <= max(o.start - k.end, k.start - o.end) <= _BESIDE for o in offices for k in names)


def _understood_leader(told: Sequence[Sentence]) -> bool:
    """Whether a president or minister without a country is Korea's: the report names no other's."""
    near = [s for s in told if s.field == "title" or s.index == 0]
    offices = any(s.having("office:president", "office:minister", "office:adviser") for s in near)
    spoken = any(s.having("korea", "korea_nato") or any(h.language == "ko" for h in s.hits) for s in near)
    return offices and spoken and not any(s.having("country:", "contrary:sale", "ministerial") for s in near)


def _concrete(item: Item, sentence: Sentence, told: Sequence[Sentence], track: Track, lexicon: Lexicon) -> bool:
    """Whether a sentence tells an act of its own: a firm verb, or an occasion's date, with what makes it formal."""
    firm = {verb.concept for verb in firm_verbs(sentence)} | {h.concept for h in sentence.having("hedge:declined")}
    occasion = _occasion(item, sentence)
    if track == Track.CONSULTATION_BODY and (firm or occasion):
        return True
    if sentence.having("statement") and ("stage:signed" in firm or _subject(sentence) or _subject(told[0])):
        return bool(firm) or sentence.field == "title"
    if _named(sentence, lexicon) or (sentence in told[:2] and _named(told[0], lexicon)):
        met = sentence.having("meeting") and sentence.having("agency:", "body") and not sentence.having("hedge:wish")
        return bool(firm or occasion or met)
    return _formal(sentence, told[0], firm)


def _formal(sentence: Sentence, title: Sentence, firm: set[str]) -> bool:
    """Whether firm verbs go with what makes an act of them where neither body nor project is named."""
    if firm and sentence.having("ip4") and sentence.having("project:joint", "project:word", "project:industry_forum"):
        return True
    envoys, house = sentence.having("delegation", "office:nato_envoys"), sentence.having("office:nato_hq")
    joint = sentence.having("project:joint", "project:industry_forum")
    if firm and joint and (envoys or house):
        return True
    if sentence.having("project:itpp") or not (sentence.having(*_FORMAL) or title.having(*_FORMAL)):
        return False
    bound = sentence.having(*_BOUND, *_AGENTS) or title.having(*_BOUND)
    return bool(firm & _DONE) or ("stage:agreed" in firm and bool(bound))


def _composed(told: Sequence[Sentence], lexicon: Lexicon) -> bool:
    """Whether title and lead together tell what neither does alone: a firm verb here, what makes it formal there.

    Talks between officials stay talks, whatever they touched.
    """
    title = told[0]
    if title.having("meeting", "office:nato_asg") or not any(True for s in told for _ in firm_verbs(s)):
        return False

    def having(*concepts: str) -> bool:
        return any(s.having(*concepts) for s in told)

    return (
        any(_named(s, lexicon) for s in told[:2])
        or (having("ip4") and having("project:joint", "domain:space", "domain:maritime", "domain:munitions"))
        or bool(title.having("project:itpp") and any(s.having("industry") for s in told[:2]))
        or (having("session_word", "body_word", "agency:") and having("domain:munitions", "domain:airworthiness"))
    )


def _occasion(item: Item, sentence: Sentence) -> bool:
    """Whether something that takes place is told with its date, or in a title with its place."""
    if not sentence.having(*_OCCASIONS, "body_word"):
        return False
    today = today_of(item) or item.first_seen_at.date()
    dated = any(True for _ in dates_in(sentence.text, today, ahead=True))
    return dated or (sentence.field == "title" and bool(sentence.having("place:")))


def _subject(sentence: Sentence) -> bool:
    subjects = ("industry", "body", "project:", "agency:", "domain:airworthiness", "domain:standardization", "ip4")
    return bool(sentence.having(*subjects))


def _named(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether the body, or a project or programme by name, is in the sentence."""
    hits = sentence.having("body", "project:", "agency:")
    return any(lexicon.concepts[h.concept].track is not None and h.concept not in _GENERIC for h in hits)

"""What makes an act of what a report tells: a deed, or a dated session, of something formal; mere talks are none."""

from __future__ import annotations

from typing import Final

from extractors.mention.act import Act, having, sides
from extractors.mention.telling import Telling
from extractors.story import Track

DONE: Final = frozenset({"stage:signed", "stage:joined", "stage:proposed", "stage:postponed", "stage:cancelled"})
"""The stages that are deeds, whoever does them."""
_BOUND: Final = ("project:joint", "ip4", "domain:airworthiness", "domain:munitions", "agency:")
_FORMAL: Final = (
    *_BOUND, "project:word", "domain:procurement", "domain:supply_chain", "domain:standardization", "industry",
    "delegation", "domain:space", "domain:air", "domain:maritime", "domain:rnd",
)  # fmt: skip
"""What makes an agreement on it an act, and what makes a signature or an accession one."""
_AGENTS: Final = ("office:dapa", "office:add", "office:dtaq")
"""Who agrees with NATO on nothing but defence industry."""


def vague(one: Telling) -> bool:
    """Whether no sentence tells an act of the body, of a project by name, of a document."""
    siblings = one.having("contrary:staff_talks") or bool(one.title.having("contrary:policy_talks"))
    return siblings or not (any(concrete(one, s) for s in one.told) or _composed(one))


def concrete(one: Telling, sentence: Act) -> bool:
    """Whether a sentence tells an act of its own: a firm verb, or an occasion's date, with what makes it formal."""
    title = one.title
    firm = sentence.firm | {hit.concept for hit in sentence.having("hedge:declined")}
    if one.track == Track.CONSULTATION_BODY and (firm or sentence.occasion):
        return True
    if sentence.having("statement") and ("stage:signed" in firm or sentence.subject or title.subject):
        return bool(firm) or sentence.field == "title" or sentence is one.act
    if sentence.having("posting:") and sides((sentence, title)) >= {"korea", "nato"}:
        return having(one.told[:2], "industry", "industry_word", "weapons", "domain:procurement", *_AGENTS)
    if sentence.named or (sentence in one.told[:2] and title.named):
        met = sentence.having("meeting") and sentence.having("agency:", "body") and not sentence.having("hedge:wish")
        return bool(firm or sentence.occasion or met)
    return _done(one, sentence, firm)


def _done(one: Telling, sentence: Act, firm: frozenset[str]) -> bool:
    """Whether firm verbs do something formal: talks alone can be of a low level, a signature or accession never is."""
    lead, both = one.told[:2], (sentence, one.title)
    settled = "stage:agreed" in firm and sentence.having("project:word", "project:joint", "body_word")
    if sentence in lead and (_founds(sentence, firm) or ((firm & DONE or settled) and sides(lead) & {"nato", "both"})):
        return True
    bound = sentence.having(*_BOUND, *_AGENTS) or one.title.having(*_BOUND)
    return bool(firm & DONE or ("stage:agreed" in firm and bound)) and having(both, *_FORMAL)


def _founds(sentence: Act, firm: frozenset[str]) -> bool:
    """Whether a body begins its work, such as a working group: no talks are named beside it."""
    begins = sentence.having("body_word") and firm & {"stage:held", "stage:agreed"}
    return bool(begins) and not sentence.having("session_word", "meeting", "relation")


def _composed(one: Telling) -> bool:
    """Whether title and lead together tell what neither does alone: a firm verb here, what makes it formal there.

    Talks between officials stay talks, whatever they touched.
    """
    title, lead = one.title, one.told[:2]
    if title.having("meeting") or not any(s.firm for s in one.told):
        return False
    joint = one.having("project:", "domain:space", "domain:maritime", "domain:munitions")
    sitting = one.having("session_word", "body_word", "agency:")
    return (
        any(s.named for s in lead)
        or (joint and one.having("ip4"))
        or (having(lead, "industry") and bool(title.having("project:itpp")))
        or (sitting and one.having("domain:munitions", "domain:airworthiness"))
    )

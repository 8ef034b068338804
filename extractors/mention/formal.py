"""What makes an act of what a report tells: a deed, or a dated session, of something formal; mere talks are none."""

from typing import Final

from extractors.mention.act import Act, having
from extractors.mention.telling import Telling
from extractors.story import Track

DONE: Final = frozenset({"stage:signed", "stage:joined", "stage:proposed", "stage:postponed", "stage:cancelled"})
"""The stages that are deeds, whoever does them."""
_BOUND: Final = ("project:joint", "ip4", "domain:airworthiness", "domain:munitions", "agency:")
_FORMAL: Final = (*_BOUND, "project:word", "industry", "delegation", "domain:")
"""What makes an agreement on it an act, and what makes a signature or an accession one."""
_AGENTS: Final = ("office:dapa", "office:dapa_chief", "office:add", "office:dtaq")
"""Who agrees with NATO on nothing but defence industry."""


def vague(one: Telling) -> bool:
    """Whether no sentence tells an act of the body, of a project by name, of a document."""
    siblings = having(one.told, "contrary:staff_talks") or bool(one.title.having("contrary:policy_talks"))
    return siblings or not (any(concrete(one, act) for act in one.told) or _composed(one))


def concrete(one: Telling, act: Act) -> bool:
    """Whether a sentence tells an act of its own: a firm verb, or an occasion's date, with what makes it formal."""
    firm = act.firm | {hit.concept for hit in act.having("hedge:declined")}
    if act.having("posting:") or (one.track == Track.CONSULTATION_BODY and (firm or act.occasion)):
        return True
    if act.having("statement") and (act.subject or one.title.subject):
        return bool(firm) or act.field == "title" or act is one.act
    if act.named or one.title.named:
        met = act.having("meeting") and act.having("agency:") and not act.having("hedge:wish")
        return bool(firm or act.occasion or met)
    return _done(one, act, firm)


def _done(one: Telling, act: Act, firm: frozenset[str]) -> bool:
    """Whether firm verbs do something formal: talks alone can be of a low level, a signature or accession never is."""
    agreed = "stage:agreed" in firm
    settled = agreed and act.having("project:word", "project:joint", "body_word")
    own = {"korea", "nato"} <= act.who and not act.with_whom  # further on it names both itself, and nobody else
    if (act in one.told[:2] or (own and act is one.act)) and (firm & DONE or settled):
        return True
    return agreed and bool(act.having(*_BOUND, *_AGENTS)) and having((act, one.title), *_FORMAL)


def _composed(one: Telling) -> bool:
    """Whether title and lead together tell what neither does alone: a firm verb here, what makes it formal there.

    Talks between officials stay talks, whatever they touched.
    """
    told = one.told
    if one.title.having("meeting") or not any(act.firm for act in told):
        return False
    joint = having(told, "ip4") and having(told, "project:", "domain:space", "domain:maritime", "domain:munitions")
    sitting = having(told, "session_word", "body_word", "agency:")
    field = sitting and having(told, "domain:munitions", "domain:airworthiness")
    return joint or field or any(act.named for act in told[:2])

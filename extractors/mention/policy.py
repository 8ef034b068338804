"""DOMAIN.md's policy: which relevant report is of a discrete, dated act that deserves an alert, and why.

A table, asked from the top: the first row that holds decides. Each row names a labelled case that needs it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

from extractors.calendar import NEAR, last_day, span
from extractors.ladder import meets
from extractors.mention.act import DEEDS, WEAK, Act, apart, having, means
from extractors.mention.parts import Telling
from extractors.mention.relevance import spoken_for
from extractors.story import Evidence, Stage, Track

_MONTH: Final = timedelta(days=31)
ASIDE: Final = "aside"  # the act is between others: no act of ours at all


def judge(one: Telling) -> tuple[bool, str]:
    """Say whether to alert, and the reason either way."""
    rule = next((rule for rule in RULES if rule.holds(one)), ACT)
    return rule.alerts, rule.reason.format(track=one.tracks[0], stage=one.stage)


def _essay(one: Telling) -> bool:
    """Opinion and analysis: said by the title, twice, or at all where the title tells neither act nor talks."""
    said = [len(s.having("hedge:essay")) for s in one.told]
    if one.title.pattern("<about>").search(one.title.text):
        return True
    session = _session(one.title)
    acts = session or one.title.firm or one.title.having("meeting", "call")
    return said[0] > session or sum(said) > 1 + session or (any(said) and not acts)


def _reaction(one: Telling) -> bool:
    """What others say of it: lawmakers ask, critics doubt; where it names the body's own day, twice."""
    return len(one.title.having("hedge:reaction", "office:assembly")) > _session(one.title)


def _session(title: Act) -> bool:
    """Whether it names the body and a day of it that is not long past: what is said besides weakens it less."""
    days = title.when(ahead=True) if title.having("body") else ()
    return any(last_day(day) >= title.today - NEAR for day in days)


def _old(one: Telling) -> bool:
    """A recap: the act was long over when the report came."""
    if one.dated is None:
        return False
    first, last = span(*one.dated)  # of a month or less its middle counts, of more its end
    return one.title.today - (last if last - first > _MONTH else first + (last - first) / 2) > one.horizon


def _at_the_top(one: Telling) -> bool:
    """Whether Korea's president, adviser or minister talked with NATO's secretary general, deputy or military chair.

    One sentence says who with whom, and neither denies nor merely considers it; else title and lead do together, and
    name no other country.
    """
    said = [(s, verb) for s in one.told for verb in s.having("call", "meeting", "stage:held", "stage:agreed")[:1]]
    talks = [(s, verb) for s, verb in said if s.hedge(verb) not in {*WEAK, "forecast"}]
    if one.stage == Stage.SCHEDULED:  # they agreed on what shall be
        talks = [(s, verb) for s, verb in talks if verb.concept == "stage:agreed"]
    if not talks or one.title.having("hedge:considering", "hedge:negated"):
        return False  # "Seoul mulls …", whatever the lead recalls
    if any(s.having("leaders") and s.having("heads") and not _with_another(s, verb) for s, verb in talks):
        return True
    remark = not one.title.having("call", "meeting", "stage:", "offices")  # "Rutte: …"
    named = one.title.item.language == "ko" or having(one.told[:2], "korea", "korea_nato")
    ours = named and not (remark or having(one.told, "ministerial"))
    offices = ("offices",) if ours else ()  # a president without a country is Korea's
    return having(one.told, "leaders", *offices) and having(one.told, "heads") and not having(one.told, "others")


def _with_another(one: Act, verb: Evidence) -> bool:
    """Whether another country stands nearer to the talks than NATO's head does: then they were with its leader."""
    others = [apart(verb, hit) for hit in one.having("others")]
    return bool(others) and min(others) < min(apart(verb, hit) for hit in one.having("heads"))


def _courtesy(one: Telling) -> bool:
    """Whether a visit is all there is: a tour or a company's doing in the title, and no deed beside it."""
    company, tour = one.title.having("company:"), one.title.having("hedge:courtesy")
    met = one.title.having("meeting")
    toured = met and having(one.told[:2], "hedge:courtesy")
    ordered = company and not met and any(s.having("agency:") and s.having("statement") for s in one.told[:2])
    awarded = ordered or (not tour and any(s.firm & DEEDS for s in one.told[:2]))
    done = DEEDS if company else {*DEEDS, "stage:agreed"}  # what a firm agrees or sets up is its own
    return bool(tour or company or toured) and not (awarded or one.title.firm & done or one.title.number)


def _near(one: Telling) -> list[Act]:
    """Title, verb, and the first sentence of the lead unless it supposes what a title tells."""
    first = [s for s in one.told if s.index == 0 and not (one.title.firm and s.having("supposing"))]
    return [s for s in one.told if s in (one.title, one.act, *first)]


def _unallied(one: Telling) -> bool:
    """Whether NATO stands neither in title nor first sentence nor beside the verb."""
    near, further = _near(one), one.title.field != "title"
    allied = having(near, "allied", "alliance") or any(s.named for s in near)
    return not (allied or further or spoken_for(one.title.item))


def _guest(one: Telling) -> bool:
    """Whether the title tells an act of NATO's own, and Korea stands further down and does nothing: it looks on."""
    korean, near = [s for s in one.told if s.having("korean")], _near(one)
    acts = any(s in near or (s.firm and not s.having("ministerial")) for s in korean)
    return bool(korean and one.title.firm) and not (acts or one.title.having("agency:"))


def _between_others(one: Telling) -> bool:
    """Whether the verb's clause names the EU or a member and no NATO: Korea's act with them, not with the alliance."""
    if one.verb is None or (one.act is not one.title and one.title.having("side:nato", "side:both")):
        return False
    beside = {hit.concept for hit in one.act.hits if one.act.same_clause(hit, one.verb)}
    named = one.act.lexicon.named
    return not beside & named["allied",] and bool((beside | one.title.concepts) & named["abroad",])


def _of_others(one: Telling) -> bool:
    """Whether the title names another country, and no party of Korea's stands in title, first sentence or verb."""
    return bool(one.title.having("others")) and not having(_near(one), "korean")


def _wish(one: Telling) -> bool:
    """What is asked, wished for, considered, foreseen or denied, and has no verb of its own."""
    title = one.title
    if title.text.rstrip("'\"”’) ").endswith(("?", "？")):
        return True
    weak = title.having("hedge:negated") and not title.firm  # whatever the lead tells of what the title denies
    hedge = one.act.hedge(one.verb) if one.verb else ""
    foreseen = hedge == "forecast" and one.stage not in {Stage.SCHEDULED, Stage.HELD}
    settled = any(s.firm & DEEDS or (s.having("statement") and "stage:agreed" in s.firm) for s in one.told[:2])
    wishful = title.having("hedge:wish", "hedge:considering") and not (settled or _session(title))
    hopeful = title.having("hedge:forecast") and not title.verbs
    return bool(weak or foreseen or wishful or hopeful) or hedge in WEAK


def _unlisted(one: Telling) -> bool:
    """Whether a title tells an act with a verb that no list has: it names what the act is about, the lead both parties.

    That is a project or agency by name, a project in a field, or a session on industry. Nothing may weaken it.
    """
    title, lead = one.title, one.told[:2]
    retold = any(s.supposed(hit) for s in lead for hit in s.having("stage:"))
    if one.verb or retold or having(lead, "hedge:") or not means(lead, "both_parties"):
        return False
    return title.named or title.means("project_or_session")


def _many(one: Telling) -> bool:
    """Whether it is of a session of many subjects, such as a ministerial, and names no body, project or document."""
    concrete = any(act.named for act in one.told) or having(one.told, "statement", "project:joint", "project:word")
    founded = one.title.having("body_word")  # a working group that they set up
    return having((*one.told[:2], one.act), "ministerial") and not (concrete or founded)


def _vague(one: Telling) -> bool:
    """Whether no sentence tells an act of the body, of a project by name, of a document."""
    siblings = having(one.told, "contrary:staff_talks") or bool(one.title.having("contrary:policy_talks"))
    return siblings or not (any(_concrete(one, act) for act in one.told) or _composed(one))


def _concrete(one: Telling, act: Act) -> bool:
    """Whether a sentence tells an act of its own: a firm verb, or an occasion's date, with what makes it formal."""
    firm = act.firm | {hit.concept for hit in act.having("hedge:declined")}
    if act.having("posting:") or (one.tracks[0] == Track.CONSULTATION_BODY and (firm or act.occasion)):
        return True
    if act.having("statement") and having((act, one.title), "subjects"):
        return bool(firm) or act.field == "title" or act is one.act
    if act.named:
        return bool(firm or act.occasion or act.means("agency_met"))
    return _done(one, act, firm)


def _done(one: Telling, act: Act, firm: frozenset[str]) -> bool:
    """Whether firm verbs do something formal: talks alone can be of a low level, a signature or accession never is."""
    agreed = "stage:agreed" in firm
    settled = agreed and act.having("project:word", "project:joint", "body_word")
    planned = one.stage == Stage.SCHEDULED and not meets(one.kind)  # its signature
    own = act.means("two_alone")  # further on it names both itself, and nobody else
    if (act in one.told[:2] or own) and (firm & DEEDS or settled or planned):
        return True
    return agreed and bool(act.having("bound", "agents")) and having((act, one.title), "formal")


def _composed(one: Telling) -> bool:
    """Whether title and lead together tell what neither does alone: a firm verb here, what makes it formal there.

    Talks between officials stay talks, whatever they touched.
    """
    if one.title.having("meeting") or not any(act.firm for act in one.told):
        return False
    return means(one.told, "composed") or any(act.named for act in one.told[:2])


class Rule(NamedTuple):
    """One row: the reason given, when it holds, the labelled case that needs it, and whether that alerts."""

    reason: str
    holds: Callable[[Telling], bool]
    case: str  # set and id in tests/cases
    alerts: bool = False


RULES: Final = (
    Rule("essay", _essay, "labelled/k005"),
    Rule("reaction", _reaction, "labelled/k245"),
    Rule("old_act", _old, "second/ua121"),
    Rule("talks at the top with defence industry as a subject", _at_the_top, "labelled/k106", alerts=True),
    Rule("courtesy", _courtesy, "labelled/k019"),
    Rule(ASIDE, _unallied, "sixth/f0042"),
    Rule(ASIDE, _guest, "sixth/f0121"),
    Rule(ASIDE, _between_others, "tenth/s0091"),
    Rule(ASIDE, _of_others, "ninth/r0099"),
    Rule("wish", _wish, "eighth/p0011"),
    Rule("an act of {track}, in words that no list has", _unlisted, "eighth/p0035", alerts=True),
    Rule("no_act", lambda one: one.verb is None and _vague(one), "labelled/k088"),
    Rule("many_subjects", _many, "twelfth/fb116"),
    Rule("low_level", _vague, "labelled/k089"),
)
ACT: Final = Rule("an act of {track}: {stage}", lambda _: True, case="", alerts=True)

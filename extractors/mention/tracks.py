"""Which lines of cooperation an item names as its act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from extractors.mention.clause import Clause
from extractors.story import Track
from extractors.words.lexicon import Lexicon

_ELSE: Final = (
    "person:", "office:president", "office:minister", "office:nato_sg", "office:nato_dsg", "office:nato_asg", "ip4",
    "office:nato_envoys", "office:national_security_office", "office:military_committee", "office:mnd", "project:",
    "agency:", "ministerial", "company:", "hedge:", "statement",
)  # fmt: skip
"""What makes talks on industry in a title other than the body's."""
_PLAIN: Final = frozenset({"korea", "nato", "korea_nato", "industry", "industry_word", "relation", "stage:held"})
_ARMS: Final = ("industry", "weapons", "domain:munitions", "domain:supply_chain", "domain:procurement")


def tracks_of(told: Sequence[Clause], lexicon: Lexicon) -> tuple[Track, ...]:
    """Return all tracks named, in order of precedence; the first is the main one. Never empty."""
    four = any(s.four for s in told)
    named = {track for sentence in told for track in _named(sentence, lexicon, four=four)}
    together = any(s.having("body_word") and not is_sibling(s) for s in told) and not any(map(is_sibling, told))
    if (
        together
        and any(s.having(*_ARMS) for s in told)
        and any(s.having("session_word", "body_word") for s in told[:1])
    ):
        named.add(Track.CONSULTATION_BODY)
    if _meets(told[0], told) or _numbered(told):
        named.add(Track.CONSULTATION_BODY)
    if not named & {Track.CONSULTATION_BODY, Track.NATO_PROJECTS} and four:
        named.add(Track.IP4_PROJECTS)
    if told[0].four and not any(s.having("agency:", "project:high_visibility") for s in told):
        named.discard(Track.NATO_PROJECTS)  # what NATO does with the four is theirs, whatever the project
        named |= set() if Track.CONSULTATION_BODY in named else {Track.IP4_PROJECTS}
    return tuple(track for track in lexicon.tracks if track in named) or (Track.COOPERATION,)


def _meets(title: Clause, told: Sequence[Clause]) -> bool:
    """Whether a title tells of a dialogue on industry between the two, and of no leader, envoy or project."""
    sides = title.sides
    industry = title.having("industry", "industry_word", "weapons")
    others = title.having(*_ELSE)
    pair = "both" in sides or sides >= {"korea", "nato"}
    return (
        pair
        and bool(industry)
        and bool(title.having("session_word", "body_word") or _plain_talks(title, told))
        and not (others or any(map(is_sibling, told)))
    )


def _plain_talks(title: Clause, told: Sequence[Clause]) -> bool:
    """Whether a title says that the two discussed cooperation on it, and nothing else: "officials discuss …"."""
    rest = {hit.concept for hit in title.hits if not hit.concept.startswith("place:")} - _PLAIN
    return "stage:held" in title.firm and bool(title.having("relation")) and not rest and not any(map(_ranked, told))


def _ranked(sentence: Clause) -> bool:
    return bool(sentence.leaders or sentence.heads or sentence.having("office:nato_asg", "office:minister"))


def _numbered(told: Sequence[Clause]) -> bool:
    """Whether a session with a number is told of, of a body on industry, arms or munitions."""
    about = any(s.having("industry", "weapons", "domain:munitions", "office:dapa") for s in told[:3])
    session = any(s.number and s.having("session_word", "body_word") and not s.having("agency:") for s in told[:3])
    others = any(s.having("ip4", "project:itpp", "project:industry_forum", "agency:") for s in told[:1])
    return about and session and not others and not any(map(is_sibling, told))


def _named(sentence: Clause, lexicon: Lexicon, *, four: bool) -> Iterator[Track]:
    for hit in sentence.hits:
        track = lexicon.concepts[hit.concept].track
        if track is not None and hit.concept != "project:word":
            yield track
    if sentence.having("industry") and not is_sibling(sentence):
        pair = sentence.sides & {"both", "korea"}
        if sentence.having("body_word") or (pair and sentence.having("nato", "korea_nato") and sentence.number):
            yield Track.CONSULTATION_BODY
    if (
        sentence.field == "title"
        and not four
        and sentence.having("project:word")
        and sentence.having("nato")
        and not sentence.having("project:itpp", "body", "body_word", "statement")
    ):
        yield Track.NATO_PROJECTS
    if sentence.having("project:joint"):
        yield Track.IP4_PROJECTS if four else Track.NATO_PROJECTS
    if sentence.four and sentence.having("statement", "project:"):
        yield Track.IP4_PROJECTS


def is_sibling(sentence: Clause) -> bool:
    """Whether the body spoken of is another: policy consultations, staff talks, the partnership programme's."""
    return bool(
        sentence.having("contrary:policy_talks", "contrary:staff_talks", "contrary:us_alliance", "project:itpp")
    )

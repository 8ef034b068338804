"""Which lines of cooperation an item names as its act."""

from collections.abc import Iterator, Sequence
from typing import Final

from extractors.mention.act import Act, having
from extractors.story import Track

_ELSE: Final = ("person:", "office:nato_sg", "office:nato_envoys", "ip4", "project:", "agency:", "hedge:")
"""What makes talks on industry in a title other than the body's."""
_PLAIN: Final = frozenset(
    {"korea", "nato", "korea_nato", "industry", "industry_word", "weapons", "relation", "stage:held"}
)
_ARMS: Final = ("industry", "weapons", "domain:munitions", "domain:procurement")
_SIBLINGS: Final = ("contrary:policy_talks", "contrary:staff_talks", "contrary:us_alliance", "project:itpp")
"""Other bodies: policy consultations, staff talks, the partnership programme's."""


def tracks_of(told: Sequence[Act]) -> tuple[Track, ...]:
    """Return all tracks named, in order of precedence; the first is the main one. Never empty."""
    title, four = told[0], any(s.four for s in told)
    sure = [one for one in told if not one.having("hedge:wish")]  # beside what was done, what is hoped for names none
    telling = sure if any(one.firm for one in sure) else told
    named = {track for one in telling for track in _named(one, four=four)}
    if not having(told, *_SIBLINGS) and (_together(told) or _meets(title, told) or _numbered(told)):
        named.add(Track.CONSULTATION_BODY)
    if title.four and not having(told, "body"):
        named.discard(Track.CONSULTATION_BODY)  # a working group with the four is none of the body's
    if four and not named & {Track.CONSULTATION_BODY, Track.NATO_PROJECTS}:
        named.add(Track.IP4_PROJECTS)
    if title.four and not having(told, "agency:", "project:high_visibility"):
        named.discard(Track.NATO_PROJECTS)  # what NATO does with the four is theirs, whatever the project
        named |= set() if Track.CONSULTATION_BODY in named else {Track.IP4_PROJECTS}
    return tuple(track for track in title.lexicon.tracks if track in named) or (Track.COOPERATION,)


def _together(told: Sequence[Act]) -> bool:
    """Whether a body of any kind is told of beside arms, and the title tells of one or of its session."""
    return having(told, "body_word") and having(told, *_ARMS) and bool(told[0].having("session_word", "body_word"))


def _meets(title: Act, told: Sequence[Act]) -> bool:
    """Whether a title tells of a dialogue on industry between the two, and of no leader, envoy or project."""
    industry = title.having("industry", "industry_word") and not title.having(*_ELSE)
    planned = "stage:scheduled" in title.firm and title.when(ahead=True)  # "… to meet in May"
    session = title.having("session_word", "body_word") or planned or len(title.having("stage:agreed")) > 1
    return bool(industry and (session or _plain_talks(title, told)))  # of two agreements one is to set it up


def _plain_talks(title: Act, told: Sequence[Act]) -> bool:
    """Whether a title says that the two discussed cooperation on it, and nothing else: "officials discuss …"."""
    rest = {hit.concept for hit in title.hits if not hit.concept.startswith("place:")} - _PLAIN
    ranked = any(s.leaders or s.heads for s in told)
    return "stage:held" in title.firm and bool(title.having("relation")) and not rest and not ranked


def _numbered(told: Sequence[Act]) -> bool:
    """Whether a session with a number is told of, of a body on industry, arms or munitions."""
    about = having(told[:3], "industry", "weapons", "domain:munitions") or told[0].having("korea_nato")
    session = any(s.number and s.having("session_word", "body_word") for s in told[:3])
    return bool(about) and session and not told[0].having("ip4")


def _named(sentence: Act, *, four: bool) -> Iterator[Track]:
    yield from (track for hit in sentence.hits if (track := sentence.lexicon.concepts[hit.concept].track) is not None)
    body = sentence.having("body_word") or (sentence.having("korea_nato") and sentence.number)
    if sentence.having("industry") and body:
        yield Track.CONSULTATION_BODY
    if sentence.having("project:joint"):
        yield Track.IP4_PROJECTS if four else Track.NATO_PROJECTS
    project = sentence.field == "title" and sentence.having("project:word") and sentence.having("nato")
    if project and not four and not sentence.having("body_word", "statement"):
        yield Track.NATO_PROJECTS

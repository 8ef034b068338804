"""Which lines of cooperation an item names as its act."""

from collections.abc import Iterator, Sequence

from extractors.mention.act import Act, having, means
from extractors.story import Track


def tracks_of(told: Sequence[Act]) -> tuple[Track, ...]:
    """Return all tracks named, in order of precedence; the first is the main one. Never empty."""
    title, four = told[0], any(s.means("four") for s in told)
    sure = [one for one in told if not one.having("hedge:wish")]  # beside what was done, what is hoped for names none
    telling = sure if any(one.firm for one in sure) else told
    named = {track for one in telling for track in _named(one, four=four)}
    body = means(told, "body_on_arms") and title.having("session_word", "body_word")
    if not having(told, "siblings") and (body or _meets(title, told) or _numbered(told)):
        named.add(Track.CONSULTATION_BODY)
    if title.means("four"):  # what NATO does with the four is theirs: a working group, whatever the project
        named -= set() if having(told, "body") else {Track.CONSULTATION_BODY}
        named -= set() if having(told, "agency:", "project:high_visibility") else {Track.NATO_PROJECTS}
    if four and not named & {Track.CONSULTATION_BODY, Track.NATO_PROJECTS}:
        named.add(Track.IP4_PROJECTS)
    return tuple(track for track in title.lexicon.tracks if track in named) or (Track.COOPERATION,)


def _meets(title: Act, told: Sequence[Act]) -> bool:
    """Whether a title tells of a dialogue on industry between the two, and of no leader, envoy or project.

    It names a session, plans one, or says that they discussed cooperation on it and nothing else.
    """
    if not title.means("dialogue"):
        return False
    plain = title.having("relation") and title.concepts <= title.lexicon.named["plain",]
    talks = plain and "stage:held" in title.firm and not having(told, "leaders", "heads")  # "officials discuss …"
    planned = "stage:scheduled" in title.firm and title.when(ahead=True)  # "… to meet in May"
    founded = len(title.having("stage:agreed")) > 1  # of two agreements one is to set it up
    return bool(talks or planned or founded or title.having("session_word", "body_word"))


def _numbered(told: Sequence[Act]) -> bool:
    """Whether a session with a number is told of, of a body on industry, arms or munitions."""
    about = having(told[:3], "industry", "weapons", "domain:munitions") or told[0].having("korea_nato")
    session = any(s.number and s.having("session_word", "body_word") for s in told[:3])
    return bool(about) and session


def _named(sentence: Act, *, four: bool) -> Iterator[Track]:
    yield from (track for hit in sentence.hits if (track := sentence.lexicon.concepts[hit.concept].track) is not None)
    body = sentence.having("body_word") or (sentence.having("korea_nato") and sentence.number)
    if sentence.having("industry") and body:
        yield Track.CONSULTATION_BODY
    if sentence.having("project:joint"):
        yield Track.IP4_PROJECTS if four else Track.NATO_PROJECTS
    if sentence.field == "title" and not four and sentence.means("natos_project"):
        yield Track.NATO_PROJECTS

"""When the act took or takes place, from the words of the report and the day it was published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Final

from extractors.calendar import LENGTHS, Dated, last_day
from extractors.model import Item
from extractors.story import DatePrecision, Stage
from extractors.words.sentences import LEAD, Sentence
from extractors.words.text import is_cjk

_BESIDE: Final = 24  # code points between the verb of another act and its day
_AHEAD: Final = frozenset({Stage.SCHEDULED, Stage.POSTPONED, Stage.CANCELLED})
_DATELINE: Final = re.compile(
    r"^\(?[A-Z][A-Z/ .,-]{2,40},\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2}\s*(?:\([^)]{2,40}\))?\s*[-–—]{1,2}\s"
)
"""Where and when a wire wrote: neither is the act's."""


def date_of(
    sentence: Sentence, told: Sequence[Sentence], item: Item, *, stage: Stage, horizon: timedelta
) -> Dated | None:
    """Resolve the act's date: that of the sentence which tells it, else of the title or the lead.

    The day of a statement ("said Thursday", 26일 밝혔다) is taken where no other is named, but for a plan put off or
    called off; the day that it was put off from is none of its own. Older dates are
    background as long as any other is named; only where sentences with the act's own verb name nothing else is
    it an old act. None where no date is named.
    """
    speech, days = sentence.speech, sentence.days
    today = item.local_day or item.first_seen_at.date()
    ahead = stage in _AHEAD
    ways = (ahead, True) if stage == Stage.OTHER else (ahead,)  # without a verb the nearer day is meant
    rest = [s for s in told if s is not sentence and (s.field == "title" or s.index < LEAD)]
    texts = [_DATELINE.sub("", s.text) for s in (sentence, *rest)]
    off = stage in {Stage.POSTPONED, Stage.CANCELLED}
    if not ahead or stage == Stage.POSTPONED:
        texts = [speech.clause("former_plan").sub(" ", text) for text in texts]
    if stage == Stage.POSTPONED:
        texts = [speech.clause("put_off").sub(" ", text) for text in texts]
    for text in (*(speech.clause("said").sub(" ", text) for text in texts), *(() if off else texts)):
        read = chain.from_iterable(days.read(text, today, ahead=way) for way in ways)
        fitting = [dated for dated in read if _fits(dated, today, horizon, stage)]
        if fitting:
            near = [dated for dated in fitting if dated[1] != DatePrecision.YEAR]
            if stage == Stage.POSTPONED and near:  # from May to June: put off to the later one
                return max(near, key=lambda dated: (dated[0], -LENGTHS[dated[1]]))
            return min(fitting, key=lambda dated: (LENGTHS[dated[1]], abs((dated[0] - today).days)))
    telling = [
        speech.clause("background").sub(" ", _own_words(s, stage))
        for s in (sentence, *rest)
        if s is sentence or s.having(f"stage:{stage}")
    ]
    old = [dated for text in telling for dated in days.read(text, today, ahead=ahead)]
    old = [dated for dated in old if dated[0] <= today]
    return None if ahead else min(old, key=lambda dated: LENGTHS[dated[1]], default=None)


def _own_words(sentence: Sentence, stage: Stage) -> str:
    """A sentence without what it says of other acts: the act builds on a proposal of last year, which dates it not.

    Korean and Japanese say an act's day before its verb, other languages rather after it.
    """
    own = [hit for hit in sentence.having("stage:") if hit.concept == f"stage:{stage}"]
    text = sentence.text
    for hit in sentence.having("stage:"):
        if hit in own:
            continue
        if is_cjk(hit.term[0]):
            first = max((one.end for one in own if one.end <= hit.start), default=sentence.start) - sentence.start
            cut = (max(first, hit.start - sentence.start - _BESIDE // 2), hit.end - sentence.start)
        else:
            last = min((one.start for one in own if one.start >= hit.end), default=hit.end + _BESIDE) - sentence.start
            cut = (hit.start - sentence.start, min(last, hit.end - sentence.start + _BESIDE))
        text = text[: cut[0]] + " " * (cut[1] - cut[0]) + text[cut[1] :]
    return text


def _fits(dated: Dated, today: date, horizon: timedelta, stage: Stage) -> bool:
    """A plan lies ahead; a deed lies behind, and not far (time zones: a day either way); a meeting may be either.

    "Within the year", said of a proposal or an agreement, dates what shall follow and not the deed.
    """
    day = timedelta(days=1)
    if stage in _AHEAD:
        return last_day(dated) >= today - day
    if last_day(dated) < today - horizon:
        return False
    meets = stage in {Stage.HELD, Stage.OTHER} and dated[1] != DatePrecision.YEAR
    return last_day(dated) <= today + day or (dated[0] > today and meets)

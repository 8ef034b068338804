"""When the act took or takes place, from the words of the report and the day it was published."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from extractors.calendar import LENGTHS, NEAR, Dated, last_day
from extractors.mention.act import LEAD, Act
from extractors.story import DatePrecision, Stage
from extractors.words.text import is_cjk

_BESIDE: Final = 24  # code points between the verb of another act and its day
_AHEAD: Final = frozenset({Stage.SCHEDULED, Stage.POSTPONED, Stage.CANCELLED})
_DONE: Final = frozenset({"stage:agreed", "stage:held", "stage:signed", "stage:joined"})
_DATELINE: Final = re.compile(
    r"(?:^|\s)\(?[A-Z][A-Z/ .,-]{2,40},\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2}\s*(?:\([^)]{2,40}\))?\s*[-–—]{1,2}\s"
)
"""Where and when a wire wrote: neither is the act's."""


def date_of(sentence: Act, told: Sequence[Act], *, stage: Stage, horizon: timedelta) -> Dated | None:
    """Resolve the act's date: that of the sentence which tells it, else of the title or the lead.

    The day of a statement ("said Thursday", 26일 밝혔다) is taken where no other is named, but for a plan put off or
    called off; the day that it was put off from is none of its own. A plan is of the day ahead, not of that on which
    it was announced, however that is said, nor on the Tuesday of another sentence's deed. Older dates are background
    as long as any other is named; only where sentences with the act's own verb name nothing else is it an old act.
    None where none is named.
    """
    ahead = stage in _AHEAD
    off = stage in {Stage.POSTPONED, Stage.CANCELLED}
    alone = sentence.recalls(horizon)  # what others name is not its day
    near = [sentence, *(s for s in told if s is not sentence and s.index < LEAD and not alone)]
    texts = [_DATELINE.sub("", s.text) for s in near]
    changed = stage == Stage.POSTPONED or any(s.pattern("<moved>").search(s.text) for s in (sentence, told[0]))
    former = ("<former_plan>",) if not ahead else ("<former_plan>", "<put_off>") if changed else ()
    for template in former:
        texts = [sentence.pattern(template).sub(" ", text) for text in texts]
    for tried in ([sentence.pattern("<said>").sub(" ", text) for text in texts], [] if off else texts):
        vague: Dated | None = None  # a month gone by gives way to the day that the next sentence names
        for by, text in zip(near, tried, strict=False):
            done = by is not sentence and by.firm & _DONE and f"stage:{stage}" not in by.firm
            read = sentence.when(text, ahead=ahead and not done)
            fitting = [dated for dated in read if _fits(dated, sentence.today, horizon, stage)]
            if ahead and any(one[0] > sentence.today + NEAR and one[1] == DatePrecision.DAY for one in fitting):
                fitting = [one for one in fitting if one[0] > sentence.today]  # "on the 11th it said … on the 20th"
            if vague and last_day(vague) >= sentence.today:  # a day of that month alone tells it more exactly
                fitting = [dated for dated in fitting if vague[0] <= dated[0] <= last_day(vague)]
            later = [dated for dated in fitting if dated[1] != DatePrecision.YEAR]
            best = min(fitting, key=lambda of: (LENGTHS[of[1]], abs((of[0] - sentence.today).days)), default=None)
            if stage == Stage.POSTPONED and later:  # from May to June: put off to the later one
                best = max(later, key=lambda dated: dated[0])
            if best and best[1] == DatePrecision.DAY:
                return best
            vague = vague or best
        if vague:
            return vague
    own = (_own_words(s, stage) for s in near if s is sentence or s.having(f"stage:{stage}"))
    telling = [text if alone else sentence.pattern("<background>").sub(" ", text) for text in own]
    old = [dated for text in telling for dated in sentence.when(text, ahead=ahead) if dated[0] <= sentence.today]
    return None if ahead else min(old, key=lambda dated: LENGTHS[dated[1]], default=None)


def _own_words(sentence: Act, stage: Stage) -> str:
    """A sentence without what it says of other acts: the act builds on a proposal of last year, which dates it not.

    Korean and Japanese say an act's day before its verb, other languages rather after it.
    """
    own, text, begin = sentence.having(f"stage:{stage}"), sentence.text, sentence.start
    for hit in sentence.having("stage:"):
        start, end = hit.start, hit.end
        if hit in own:
            continue
        if is_cjk(hit.term[0]):
            start = max(begin, start - _BESIDE // 2, *(one.end for one in own if one.end <= start))
        else:
            end = min([end + _BESIDE, *(one.start for one in own if one.start >= end)])
        text = text[: start - begin] + " " * (end - start) + text[end - begin :]
    return text


def _fits(dated: Dated, today: date, horizon: timedelta, stage: Stage) -> bool:
    """A plan lies ahead; a deed lies behind, and not far (time zones: a day either way); a meeting may be either.

    "Within the year", said of a proposal or an agreement, dates what shall follow and not the deed.
    """
    day = timedelta(days=1)
    if stage in _AHEAD:
        return last_day(dated) >= today - day
    meets = stage in {Stage.HELD, Stage.OTHER} and dated[1] != DatePrecision.YEAR and dated[0] > today
    return last_day(dated) >= today - horizon and (meets or last_day(dated) <= today + day)

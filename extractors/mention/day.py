"""When the act took or takes place, from the words of the report and the day it was published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Final

from extractors.calendar import LENGTHS, Dated, last_day, today_of
from extractors.model import Item
from extractors.story import DatePrecision, Stage
from extractors.words.days import dates_in
from extractors.words.months import MONTHS, WEEKDAYS
from extractors.words.sentences import LEAD, Sentence

_AHEAD: Final = frozenset({Stage.SCHEDULED, Stage.POSTPONED, Stage.CANCELLED})
_SAID: Final = re.compile(
    r"\d{1,2}일(?:\([^)]{1,8}\))?\s*(?:이같이\s*|이렇게\s*)?(?:밝혔|밝힌|전했|발표했|알렸|보도했|말했|확인했)"
    r"|\d{1,2}日(?=、[^。]{0,200}?(?:発表|明らかに|述べ|伝え|報じ)|表示|宣布|说|称|发布)"
    rf"|\b(?:said|announced|reported|confirmed|told reporters|statement)\b[^.,;]{{0,25}}?\b(?:{'|'.join(WEEKDAYS)})\b",
    re.IGNORECASE,
)
_DATELINE: Final = re.compile(
    r"^\(?[A-Z][A-Z/ .,-]{2,40},\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2}\s*(?:\([^)]{2,40}\))?\s*[-–—]{1,2}\s"
)
"""Where and when a wire wrote: neither is the act's."""
_BACKGROUND: Final = re.compile(
    r"\b(?:following|since|building on|builds on|based on|in line with|under|from|pursuant to)\s[^,.;]{0,80}"
    r"|\b(?:of|through|by|at|after)\s(?:the|a|an|their|its)\s[^,.;]{0,60}?"
    r"\b(?:launched|agreed|created|set up|established|signed|announced|founded|begun|started)\s(?:in|on|last)\s"
    rf"[^,.;]{{0,20}}|\b(?:last (?:year|month|week)|20\d\d|{'|'.join(MONTHS)})['’]s\b"
    r"|,\s(?:launched|created|founded|established|set up|formed|born|begun|started)\s(?:in|on|last)\s[^,.;]{0,30}"
    r"|\b(?:banner|masthead|footer)\b[^.;]*"
    r"|(?:20\d\d년|지난해|작년)[^,.…]{0,20}?(?:한|된|했던|됐던|세운|맺은|연|열린|나온)\s",
    re.IGNORECASE,
)
"""What is told of something that stands already: "under the talks launched in September", 지난해 출범한."""
_FORMER_PLAN: Final = re.compile(
    r"\b(?:originally|initially|previously)\s(?:set|scheduled|planned|due|slated|expected)\b[^,.;]{0,25}?"
    rf"\b(?:\d{{1,2}}\s)?(?:{'|'.join([*MONTHS, *WEEKDAYS])})\b(?:\s\d{{1,2}})?"
    r"|(?:당초|애초)\s?[^,.…]{0,40}?(?:예정|계획)|当初[^、。]{0,30}予定",
    re.IGNORECASE,
)
"""What was planned before the deed came about otherwise: "originally set for April", 당초 4월 예정."""


def date_of(
    sentence: Sentence, told: Sequence[Sentence], item: Item, *, stage: Stage, horizon: timedelta
) -> Dated | None:
    """Resolve the act's date: that of the sentence which tells it, else of the title or the lead.

    The day of a statement ("said Thursday", 26일 밝혔다) is taken where no other is named. Older dates are
    background as long as any other is named; only where sentences with the act's own verb name nothing else is
    it an old act. None where no date is named.
    """
    today = today_of(item) or item.first_seen_at.date()
    ahead = stage in _AHEAD
    ways = (ahead, True) if stage == Stage.OTHER else (ahead,)  # without a verb the nearer day is meant
    rest = [s for s in told if s is not sentence and (s.field == "title" or s.index < LEAD)]
    texts = [_DATELINE.sub("", s.text) for s in (sentence, *rest)]
    if not ahead:
        texts = [_FORMER_PLAN.sub(" ", text) for text in texts]
    for text in (*(_SAID.sub(" ", text) for text in texts), *texts):
        read = chain.from_iterable(dates_in(text, today, ahead=way) for way in ways)
        fitting = [dated for dated in read if _fits(dated, today, horizon, stage)]
        if fitting:
            near = [dated for dated in fitting if dated[1] != DatePrecision.YEAR]
            if stage == Stage.POSTPONED and near:  # from May to June: put off to the later one
                return max(near, key=lambda dated: (dated[0], -LENGTHS[dated[1]]))
            return min(fitting, key=lambda dated: (LENGTHS[dated[1]], abs((dated[0] - today).days)))
    telling = [_BACKGROUND.sub(" ", s.text) for s in (sentence, *rest) if s is sentence or s.having(f"stage:{stage}")]
    old = [dated for text in telling for dated in dates_in(text, today, ahead=ahead)]
    old = [dated for dated in old if dated[0] <= today]
    return None if ahead else min(old, key=lambda dated: LENGTHS[dated[1]], default=None)


def _fits(dated: Dated, today: date, horizon: timedelta, stage: Stage) -> bool:
    """A plan lies ahead; a deed lies behind, and not far (time zones: a day either way); a meeting may be either.

    "Within the year", said of a proposal or an agreement, dates what shall follow and not the deed.
    """
    day = timedelta(days=1)
    if stage in _AHEAD:
        return last_day(dated) >= today - day
    if last_day(dated) < today - horizon:
        return False
    return last_day(dated) <= today + day or (dated[0] > today and stage in {Stage.HELD, Stage.OTHER})

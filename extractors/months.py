"""The names of months and weekdays in the languages that reports come in."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = (
    "january jan januar januari janvier enero gennaio stycznia января janeiro janeiro",
    "february feb februar februari février febrero febbraio lutego февраля fevereiro",
    "march mar märz maart mars marzo marca марта março",
    "april apr avril abril aprile kwietnia апреля",
    "may mai mei mayo maggio maja мая maio",
    "june jun juni juin junio giugno czerwca июня junho",
    "july jul juli juillet julio luglio lipca июля julho",
    "august aug augustus août agosto sierpnia августа",
    "september sept sep septembre septiembre settembre września сентября setembro",
    "october oct oktober octobre octubre ottobre października октября outubro",
    "november nov novembre noviembre listopada ноября novembro",
    "december dec dezember décembre diciembre dicembre grudnia декабря dezembro",
)
MONTHS: Final = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_DAYS: Final = (
    "monday montag lundi maandag lunes",
    "tuesday dienstag mardi dinsdag martes",
    "wednesday mittwoch mercredi woensdag miércoles",
    "thursday donnerstag jeudi donderdag jueves",
    "friday freitag vendredi vrijdag viernes",
    "saturday samstag samedi zaterdag sábado",
    "sunday sonntag dimanche zondag domingo",
)
WEEKDAYS: Final = {name: number for number, names in enumerate(_DAYS) for name in names.split()}
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_BOTH: Final = (
    rf"(?:\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er)?(?:\s*[-–]\s*\d{{1,2}})?\s+(?:of\s+|de\s+)?(?P<m1>{_MONTH})\b\.?,?(?:\s+(?:de\s+)?(?P<y1>20\d\d))?"
    rf"|\b(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*[-–]\s*\d{{1,2}})?(?:,?\s+(?P<y2>20\d\d))?)"
)
DAY_MONTH: Final = re.compile(_BOTH, re.IGNORECASE)

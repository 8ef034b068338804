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
_BESIDE_A_DAY: Final = (
    "січня ledna ianuarie tammikuuta tammikuussa ιανουαρίου január януари ocak",
    "лютого února februarie helmikuuta helmikuussa φεβρουαρίου február февруари şubat",
    "березня března martie marts maaliskuuta maaliskuussa μαρτίου március март mart",
    "квітня dubna aprilie huhtikuuta huhtikuussa απριλίου április април nisan",
    "травня května maj toukokuuta toukokuussa μαΐου május май mayıs",
    "червня června iunie kesäkuuta kesäkuussa ιουνίου június юни haziran",
    "липня července iulie heinäkuuta heinäkuussa ιουλίου július юли temmuz",
    "серпня srpna augusti elokuuta elokuussa αυγούστου augusztus август ağustos",
    "вересня září septembrie syyskuuta syyskuussa σεπτεμβρίου szeptember септември eylül",
    "жовтня října octombrie lokakuuta lokakuussa οκτωβρίου október октомври ekim",
    "листопада listopadu noiembrie marraskuuta marraskuussa νοεμβρίου ноември kasım",
    "грудня prosince decembrie desember joulukuuta joulukuussa δεκεμβρίου декември aralık",
)
"""Names that alone may be something else (Maj. Gen., Colonel Kasım): read only beside the day of the month."""
_DAYS: Final = (
    "monday montag lundi maandag lunes",
    "tuesday dienstag mardi dinsdag martes",
    "wednesday mittwoch mercredi woensdag miércoles",
    "thursday donnerstag jeudi donderdag jueves",
    "friday freitag vendredi vrijdag viernes",
    "saturday samstag samedi zaterdag sábado",
    "sunday sonntag dimanche zondag domingo",
)
_MORE_DAYS: Final = (
    "lunedì poniedziałek понедельник понеділок pondělí mandag måndag maanantaina hétfőn понеделник segunda-feira",
    "martedì wtorek вторник вівторок úterý marți tirsdag tisdag tiistaina kedden terça-feira",
    "mercoledì środę środa среду середу středu miercuri onsdag keskiviikkona szerdán сряда çarşamba quarta-feira",
    "giovedì czwartek четверг четвер čtvrtek torsdag torstaina csütörtökön четвъртък perşembe quinta-feira",
    "venerdì piątek пятницу п'ятницю pátek vineri fredag perjantaina pénteken παρασκευή петък cuma sexta-feira",
    "sabato sobotę субботу суботу sobotu sâmbătă lørdag lördag lauantaina szombaton σάββατο събота cumartesi",
    "domenica niedzielę воскресенье неділю neděli duminică søndag söndag sunnuntaina vasárnap κυριακή неделя",
)


def plain(name: str) -> str:
    """Return a name as the tables have it: matching without case takes ı, İ and ſ for i and s, `lower` does not."""
    return name.lower().replace("i̇", "i").replace("ı", "i").replace("ſ", "s").replace("µ", "μ")


MONTHS: Final = {plain(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}
WEEKDAYS: Final = {
    plain(name): number for days in (_DAYS, _MORE_DAYS) for number, names in enumerate(days) for name in names.split()
}
_ALL: Final = MONTHS | {plain(name): number for number, names in enumerate(_BESIDE_A_DAY, 1) for name in names.split()}
_MONTH: Final = "|".join(sorted(_ALL, key=len, reverse=True))
_BOTH: Final = (
    r"(?:\b(?P<d1>\d{1,2})(?:st|nd|rd|th|\.|er)?(?:\s*[-–]\s*\d{1,2})?\s+(?:of\s+|de\s+)?"
    rf"(?P<m1>{_MONTH})\b\.?,?(?:\s+(?:de\s+)?(?P<y1>20\d\d))?"
    rf"|\b(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*[-–]\s*\d{{1,2}})?"
    r"(?:,?\s+(?P<y2>20\d\d))?)"
)
DAY_MONTH: Final = re.compile(_BOTH, re.IGNORECASE)


def month_of(name: str) -> int | None:
    """Return the number of the month of that name, beside a day of it; None for no such name."""
    return _ALL.get(plain(name))

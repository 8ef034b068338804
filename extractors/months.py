"""The names of months and weekdays in the languages that reports come in."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = (
    (
        "january jan januar januari janvier enero gennaio stycznia января janeiro janeiro"
        " січня ledna ianuarie tammikuuta tammikuussa ιανουαρίου január януари ocak"
    ),
    (
        "february feb februar februari février febrero febbraio lutego февраля fevereiro"
        " лютого února februarie helmikuuta helmikuussa φεβρουαρίου február февруари şubat"
    ),
    (
        "march mar märz maart mars marzo marca марта março"
        " березня března martie marts maaliskuuta maaliskuussa μαρτίου március март mart"
    ),
    (
        "april apr avril abril aprile kwietnia апреля"
        " квітня dubna aprilie huhtikuuta huhtikuussa απριλίου április април nisan"
    ),
    "may mai mei mayo maggio maja мая maio травня května maj toukokuuta toukokuussa μαΐου május май mayıs",
    (
        "june jun juni juin junio giugno czerwca июня junho"
        " червня června iunie kesäkuuta kesäkuussa ιουνίου június юни haziran"
    ),
    (
        "july jul juli juillet julio luglio lipca июля julho"
        " липня července iulie heinäkuuta heinäkuussa ιουλίου július юли temmuz"
    ),
    (
        "august aug augustus août agosto sierpnia августа"
        " серпня srpna augusti elokuuta elokuussa αυγούστου augusztus август ağustos"
    ),
    (
        "september sept sep septembre septiembre settembre września сентября setembro"
        " вересня září septembrie syyskuuta syyskuussa σεπτεμβρίου szeptember септември eylül"
    ),
    (
        "october oct oktober octobre octubre ottobre października октября outubro"
        " жовтня října octombrie lokakuuta lokakuussa οκτωβρίου október октомври ekim"
    ),
    (
        "november nov novembre noviembre listopada ноября novembro"
        " листопада listopadu noiembrie marraskuuta marraskuussa νοεμβρίου ноември kasım"
    ),
    (
        "december dec dezember décembre diciembre dicembre grudnia декабря dezembro"
        " грудня prosince decembrie desember joulukuuta joulukuussa δεκεμβρίου декември aralık"
    ),
)
MONTHS: Final = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_DAYS: Final = (
    (
        "monday montag lundi maandag lunes lunedì poniedziałek понедельник"
        " понеділок pondělí mandag måndag maanantaina hétfőn понеделник pazartesi segunda-feira"
    ),
    (
        "tuesday dienstag mardi dinsdag martes"
        " martedì wtorek вторник вівторок úterý marți tirsdag tisdag tiistaina kedden salı terça-feira"
    ),
    (
        "wednesday mittwoch mercredi woensdag miércoles"
        " mercoledì środę środa среду середу středu miercuri onsdag keskiviikkona szerdán сряда çarşamba quarta-feira"
    ),
    (
        "thursday donnerstag jeudi donderdag jueves"
        " giovedì czwartek четверг четвер čtvrtek joi torsdag torstaina csütörtökön четвъртък perşembe quinta-feira"
    ),
    (
        "friday freitag vendredi vrijdag viernes"
        " venerdì piątek пятницу п'ятницю pátek vineri fredag perjantaina pénteken παρασκευή петък cuma sexta-feira"
    ),
    (
        "saturday samstag samedi zaterdag sábado"
        " sabato sobotę субботу суботу sobotu sâmbătă lørdag lördag lauantaina szombaton σάββατο събота cumartesi"
    ),
    (
        "sunday sonntag dimanche zondag domingo"
        " domenica niedzielę воскресенье неділю neděli duminică søndag söndag sunnuntaina vasárnap κυριακή неделя"
    ),
)
WEEKDAYS: Final = {name: number for number, names in enumerate(_DAYS) for name in names.split()}
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_BOTH: Final = (
    r"(?:\b(?P<d1>\d{1,2})(?:st|nd|rd|th|\.|er)?(?:\s*[-–]\s*\d{1,2})?\s+(?:of\s+|de\s+)?"
    rf"(?P<m1>{_MONTH})\b\.?,?(?:\s+(?:de\s+)?(?P<y1>20\d\d))?"
    rf"|\b(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*[-–]\s*\d{{1,2}})?"
    r"(?:,?\s+(?P<y2>20\d\d))?)"
)
DAY_MONTH: Final = re.compile(_BOTH, re.IGNORECASE)

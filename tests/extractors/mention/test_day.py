"""When an act took place: the day of its own sentence, not that of the statement, the wire or what it builds on."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.story import DatePrecision
from tests.extractors.mention.saying import told

TITLE = "S. Korea, NATO agree to launch defense industry consultative body"
PLAN = "Second Korea-NATO defense industry session to be held"
OFF = "Korea, NATO postpone defense industry consultative body session"
KOREAN = "한-나토 방산협의체 신설 합의"
D, M, P = DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.PART_OF_MONTH


@pytest.mark.parametrize(
    ("title", "lead", "day", "precision"),
    [
        (TITLE, "They agreed on Tuesday, the office said on Wednesday.", date(2025, 6, 24), D),
        (TITLE, "The office said on Wednesday that they agreed.", date(2025, 6, 25), D),
        (TITLE, "SEOUL, June 26 (Haru) -- They agreed on Tuesday.", date(2025, 6, 24), D),
        (TITLE, "They agreed on Tuesday, under the programme launched in May.", date(2025, 6, 24), D),
        (PLAN, "The session is planned for late September.", date(2025, 9, 21), P),
        (PLAN, "It will be held in Brussels on 3 July or in September.", date(2025, 7, 3), D),
        (KOREAN, "양측은 24일 합의했다고 대통령실이 26일 밝혔다.", date(2025, 6, 24), D),
        (KOREAN, "대통령실은 합의했다고 26일 밝혔다.", date(2025, 6, 26), D),
        ("한-나토 방산협의체 7월로 연기", "6월 30일 예정이던 회의다.", date(2025, 7, 1), M),
        # M9: what an act builds on does not date it
        (KOREAN, "이번 합의는 방위사업청의 지난해 9월 제안에 따른 것이다.", None, None),
        (KOREAN, "합의는 방위사업청의 4월 제안에 따른 후속 조치다.", None, None),
        (TITLE, "The two agreed on it. It builds on a proposal that DAPA made last September.", None, None),
        ("한국, 나토 과학기술기구 가입", "한국은 지난해 3월 1일 가입했다고 밝혔다.", date(2024, 3, 1), D),
        ("한-나토 방산협의체 회의 또 연기", "7월 20일로 예정됐던 회의를 다시 연기했다고 26일 밝혔다.", None, None),
        ("한-나토 방산협의체 회의 취소", "방위사업청은 회의를 취소했다고 26일 밝혔다.", None, None),
        (OFF, "The session, planned for 20 July, has been postponed again, DAPA said Thursday.", None, None),
        (OFF, "The session, due to be held on July 20, was postponed to September.", date(2025, 9, 1), M),
        (OFF, "It was postponed from July 20 to September 3, DAPA said.", date(2025, 9, 3), D),
    ],
)
def test_m9_the_day_of_an_act(title: str, lead: str, day: date | None, precision: DatePrecision | None) -> None:
    mention = told(title, lead)
    assert (mention.event_date, mention.date_precision) == (day, precision)

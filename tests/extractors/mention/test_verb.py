"""What was done, how firmly it is said, and what kind of act it is."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.story import Act, Stage
from tests.extractors.mention.saying import told


@pytest.mark.parametrize(
    ("title", "summary", "stage", "day", "ordinal", "place"),
    [
        (
            '방사청 "한-나토 방산협의체 1차 회의 30일 브뤼셀서 개최"',
            "방위사업청은 오는 30일 브뤼셀에서 방산협의체 첫 회의를 연다고 밝혔다.",
            Stage.SCHEDULED,
            date(2025, 6, 30),
            1,
            "brussels",
        ),
        ("Second Korea-NATO defence industry session put off until autumn", "", Stage.POSTPONED, None, 2, ""),
        ("한-나토 방산협의체 2차 회의 취소", "", Stage.CANCELLED, None, 2, ""),
        ("S. Korea, NATO hold second defense industry dialogue in Seoul", "", Stage.HELD, None, 2, "seoul"),
        ("한국, 나토 탄약 비축 사업 가입", "", Stage.JOINED, None, None, ""),
        ("방사청, 나토와 고가시성 프로젝트 참여 제안", "", Stage.PROPOSED, None, None, ""),
        (
            "Seoul signs pact in principle with NSPA on munitions",
            "South Korea agreed in principle with NATO's agency.",
            Stage.AGREED,
            None,
            None,
            "",
        ),
        ("S. Korea turns down place in NATO's MRTT fleet", "", Stage.OTHER, None, None, ""),
        ("나토-IP4, 탄약 공동생산 공동성명", "", Stage.AGREED, None, None, ""),
        (
            '방사청 "한-나토 방산협의체 취소 아냐…7월로 순연"',
            "",
            Stage.POSTPONED,
            date(2025, 7, 1),
            None,
            "",
        ),
        (
            "Korea, NATO hold second defense industry dialogue in Seoul",
            "The session, originally set for 16 June, was held in Seoul the previous day.",
            Stage.HELD,
            date(2025, 6, 25),
            2,
            "seoul",
        ),
        ("韓国・NATO、防衛産業の局長級協議 30日に初会合", "", Stage.SCHEDULED, date(2025, 6, 30), None, ""),
        ("李대통령·뤼터 회담…방산협의체 차관급 격상 합의", "", Stage.AGREED, None, None, ""),
    ],
)
def test_stage_date_ordinal_and_place(
    title: str, summary: str, stage: Stage, day: date | None, ordinal: int | None, place: str
) -> None:
    mention = told(title, summary)
    assert (mention.stage, mention.event_date, mention.ordinal, mention.place) == (stage, day, ordinal, place)
    assert mention.alertable, mention.reason


def test_a_call_is_an_act_of_its_own_kind() -> None:
    mention = told(
        "이 대통령, 나토 사무총장과 통화…방산협의체 후속 논의", "이재명 대통령이 마르크 뤼터 사무총장과 통화했다."
    )
    assert (mention.stage, mention.act, mention.alertable) == (Stage.OTHER, Act.OTHER, True)


def test_a_planned_session_whose_noun_has_no_tense_is_scheduled_by_its_date() -> None:
    assert told("한-나토 방산협의체 개최", "7월 3일 브뤼셀에서 개최.").stage == Stage.SCHEDULED


def test_a_moved_plan_says_so() -> None:
    assert told(
        "Korea-NATO defense industry session moved to Busan", "The second session will be held in Busan on July 9."
    ).moved

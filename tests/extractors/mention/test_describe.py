from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.mention.describe import describe
from extractors.model import Item
from extractors.story import Act, DatePrecision, Domain, Mention, Rejection, Stage, Track
from extractors.words.lexicon import load
from tests.builders import item

LEXICON = load(Path(__file__).resolve().parents[3] / "config" / "lexicon")
HEADLINES = [
    json.loads(line) for line in (Path(__file__).parent / "headlines.jsonl").read_text(encoding="utf-8").splitlines()
]
FOUNDING = (
    "위성락-뤼터, 한-나토 방산협의체 신설 합의",
    "(서울=가람통신) 위성락 국가안보실장이 25일(현지시간) 네덜란드 헤이그에서 마르크 뤼터 나토 사무총장을 만나 국장급 방산 협의체를 신설하기로 합의했다고 대통령실이 26일 밝혔다. 탄약과 우주 분야 협력도 논의했다.",
)


def said(title: str, summary: str = "", **changes: Any) -> Mention | Rejection:
    hangul, kana = (any(low <= character <= high for character in title) for low, high in ("가힣", "ぁヿ"))
    language = "ko" if hangul else "ja" if kana else "en"
    return describe(item(**{"title": title, "summary": summary, "language": language, **changes}), LEXICON)


def told(title: str, summary: str = "", **changes: Any) -> Mention:
    mention = said(title, summary, **changes)
    assert isinstance(mention, Mention), mention
    return mention


def why_not(title: str, summary: str = "", **changes: Any) -> str:
    mention = told(title, summary, **changes)
    assert not mention.alertable, mention.reason
    return mention.reason


def test_the_founding_story_in_korean() -> None:
    mention = told(*FOUNDING)
    assert (mention.track, mention.stage, mention.act) == (Track.CONSULTATION_BODY, Stage.AGREED, Act.DOCUMENT)
    assert (mention.event_date, mention.date_precision) == (date(2025, 6, 25), DatePrecision.DAY)
    assert {"person:wi_sung_lac", "person:mark_rutte"} <= set(mention.actors)
    assert {Domain.MUNITIONS, Domain.SPACE} <= set(mention.domains)
    assert (mention.place, mention.alertable, mention.lexicon_version) == ("the_hague", True, LEXICON.version)
    assert "body" in mention.projects
    assert mention.sentence in (*FOUNDING, FOUNDING[1].split(". ")[0])


def test_the_founding_story_in_english() -> None:
    mention = told(
        "S. Korea, NATO agree to launch defense industry consultative body",
        "National security adviser Wi Sung-lac and NATO Secretary General Mark Rutte agreed in The Hague on Wednesday to create a director-general-level body, the presidential office said Thursday.",
    )
    assert (mention.track, mention.stage, mention.event_date) == (
        Track.CONSULTATION_BODY,
        Stage.AGREED,
        date(2025, 6, 25),
    )
    assert {"person:wi_sung_lac", "person:mark_rutte"} <= set(mention.actors)
    assert mention.place == "the_hague"


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


@pytest.mark.parametrize(
    ("reason", "title", "summary"),
    [
        ("essay", "[사설] 한-나토 방산협의체, 이제 시작이다", ""),
        ("essay", "나토와 한국 방산", "나토 방산협의체를 다룬 기고."),
        ("reaction", "국감서 한-나토 방산협의체 취소 질타", ""),
        ("wish", "South Korea should join NATO's High Visibility Projects", ""),
        ("courtesy", "나토 대사단, 한국 방산업체 시찰", "나토 대사단이 방산 협력에 기대를 나타냈다."),
        ("preview", "한국 대표단, 나토 외교장관회의서 방산 협력 논의 예정", ""),
        (
            "many_subjects",
            "NATO defence ministers host IP4",
            "Ministers discussed Ukraine and defence industry cooperation with South Korea. No decisions were announced.",
        ),
        (
            "old_act",
            "S. Korea, NATO sign airworthiness arrangement",
            "South Korea and NATO signed the airworthiness arrangement on 9 July 2024.",
        ),
        ("low_level", "국방정책실장, 나토 사무차장보와 협의", "한-나토 방산 협력 확대를 논의했다."),
        ("no_act", "Korea-NATO defense industry cooperation: status and tasks", ""),
        (
            "aside",
            "국방우주 실무협의회 2차 회의…방사청-우주청 공동개발 과제 확정",
            "방위사업청은 29일 실무협의회를 열고 위성 공동개발 과제를 확정했다. 참석자들은 나토의 사례도 공유했다.",
        ),
    ],
)
def test_what_is_stored_and_not_told(reason: str, title: str, summary: str) -> None:
    assert why_not(title, summary) == reason


@pytest.mark.parametrize(
    ("reason", "title", "summary"),
    [
        ("no_subject", "프로야구 두산 역전승", ""),
        ("no_korea", "NATO signs munitions contracts with defence industry", ""),
        ("no_alliance", "한국 방산 수출 계약", ""),
        ("no_industry", "한국-나토 정상회담", ""),
        ("no_tie", "나토 증시에 한국 방산주, 방산 급등", ""),
        ("contrary", "방산주 급등, 코스피 강세…나토 국방비 증액에 한국 방산 협력 기대", ""),
        (
            "contrary",
            "Japan and NATO hold defence industry dialogue",
            "NATO met Tokyo's officials. It builds on projects with South Korea.",
        ),
        (
            "contrary",
            "한-EU 방산협의체 첫 회의",
            "방위사업청과 유럽연합이 회의를 열었다. 대표단은 나토 본부도 찾아 방산 협력을 논의했다.",
        ),
    ],
)
def test_what_is_not_our_subject_says_what_is_missing(reason: str, title: str, summary: str) -> None:
    rejection = said(title, summary)
    assert isinstance(rejection, Rejection)
    assert rejection.reason == reason


def test_natos_own_newsroom_need_not_name_nato() -> None:
    words = "Assistant Secretary General visits Republic of Korea", "Talks covered defence industrial cooperation."
    assert isinstance(said(*words), Rejection)
    assert isinstance(said(*words, outlet="NATO"), Mention)
    assert isinstance(said(*words, url="https://www.nato.int/en/news/1"), Mention)
    assert isinstance(said(*words, url="https://www.nato.int.example/en/news/1"), Rejection)
    assert told("Republic of Korea joins the munitions warehousing project", outlet="NATO").alertable


def test_undecided_is_what_its_page_may_decide() -> None:
    rejection = said("방사청, 방산협의체 첫 회의 개최")
    assert isinstance(rejection, Rejection)
    assert rejection.undecided
    assert rejection.evidence
    assert isinstance(
        said("방사청, 방산협의체 첫 회의 개최", text="한국과 나토가 브뤼셀에서 방산협의체 첫 회의를 열었다."), Mention
    )


def test_page_tails_are_not_read() -> None:
    assert isinstance(
        said(
            "Navy orders two destroyers", "Seoul said so. Most read: S. Korea, NATO sign defense industry body's terms"
        ),
        Rejection,
    )
    assert isinstance(said("오늘의 날씨…많이 본 기사", "한국, 나토 초단거리 방공 프로젝트 참여"), Rejection)


def test_no_mention_of_industry_is_no_industry() -> None:
    assert isinstance(said("국방차관, 나토 회의 참석", "한국은 IP4와 만났다. 방산 협력 내용은 없다."), Rejection)


@pytest.mark.parametrize("published", [None, datetime(2025, 6, 26, tzinfo=UTC)])
def test_a_missing_date_of_publication_is_tolerated(published: datetime | None) -> None:
    assert told(*FOUNDING, published_at=published).event_date == date(2025, 6, 25)


def test_the_four_partners_and_a_joint_project() -> None:
    mention = told(
        "NATO and Indo-Pacific partners launch joint munitions project",
        "Australia, Japan, New Zealand and South Korea take part.",
    )
    assert (mention.track, mention.alertable) == (Track.IP4_PROJECTS, True)


def test_a_project_of_the_alliance_in_a_field_is_defence_industry() -> None:
    assert told("한국, 나토 해저 기반시설 보호 사업 합류").track == Track.NATO_PROJECTS


def test_codification_is_standardization() -> None:
    assert Domain.STANDARDIZATION in told("NATO codification committee meets in Busan").domains


def test_an_office_without_a_name_stands_for_the_top() -> None:
    mention = told(
        "NATO Secretary General welcomes President of the Republic of Korea",
        "They discussed defence industry cooperation.",
    )
    assert mention.reason.startswith("talks at the top")


def test_headlines_alone_decide() -> None:
    wrong = []
    for case in HEADLINES:
        mention = said(
            case["title"], case["summary"], language=case["language"], published_at=datetime(2026, 4, 14, tzinfo=UTC)
        )
        got = (isinstance(mention, Mention), isinstance(mention, Mention) and mention.alertable)
        if got != (case["relevant"], case["alert"]):
            wrong.append(case["title"])
    assert len(wrong) <= len(HEADLINES) * 0.08, wrong


@given(
    st.lists(
        st.sampled_from(
            [*FOUNDING, "NATO", "한-나토", " 방산 협의체", "…", "ㆍ", "-", "㈜", "S. Korea", " agreed. ", "지난 25일"]
        ),
        max_size=8,
    ).map("".join)
)
@settings(deadline=None, derandomize=True, max_examples=80)
def test_every_evidence_stands_in_its_field(text: str) -> None:
    one: Item = item(title=text[:60], summary=text, text=text, language="ko")
    for evidence in describe(one, LEXICON).evidence:
        field = {"title": one.title, "summary": one.summary, "text": one.text}[evidence.field]
        assert field[evidence.start : evidence.end] == evidence.term

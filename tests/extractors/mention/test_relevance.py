"""What is our subject, and what a rejection names as missing."""

from __future__ import annotations

import pytest

from extractors.story import Mention, Rejection
from tests.extractors.mention.saying import said, told


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
            "aside",
            "국방우주 실무협의회 2차 회의…방사청-우주청 공동개발 과제 확정",
            "방위사업청은 29일 실무협의회를 열고 위성 공동개발 과제를 확정했다. 참석자들은 나토의 사례도 공유했다.",
        ),
        (
            "aside",
            "Nine allies sign up to Deep Precision Strike",
            "The group will build missiles together. Firms from elsewhere, among them South Korea, looked on.",
        ),
        ("aside", "나토 6개국, 정찰위성 공동개발 서명", "회원국들이 위성 사업을 시작했다. 한국은 참여하지 않는다."),
        (
            "contrary",
            "나토 국방비 GDP 5% 합의…K방산 수출 기대감",
            "한국 방산기업의 수출이 늘 것으로 업계는 본다.",
        ),  # M11
        ("contrary", "NATO's 5% pledge raises hopes for Korean arms exports", "South Korean defense firms may gain."),
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
    assert rejection.reason.partition(":")[0] == reason


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


def test_a_page_of_other_pages_tells_nothing() -> None:
    assert isinstance(said("오늘의 날씨…많이 본 기사", "한국, 나토 초단거리 방공 프로젝트 참여"), Rejection)


def test_no_mention_of_industry_is_no_industry() -> None:
    assert isinstance(said("국방차관, 나토 회의 참석", "한국은 IP4와 만났다. 방산 협력 내용은 없다."), Rejection)


def test_m17_what_speaks_for_another_subject_is_said() -> None:
    rejection = said("방산주 급등, 코스피 강세…나토 국방비 증액에 한국 방산 협력 기대")
    assert isinstance(rejection, Rejection)
    assert "방산주 (shares)" in rejection.reason
    assert any(one.concept == "contrary:shares" for one in rejection.evidence)

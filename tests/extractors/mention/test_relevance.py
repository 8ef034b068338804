from typing import Any

from extractors.story import Mention, Rejection
from tests.extractors.mention.saying import holds, said, sayings, told


@sayings("relevance")
def test_what_is_not_our_subject_says_what_is_missing(saying: dict[str, Any]) -> None:
    holds(saying)


def test_natos_own_newsroom_need_not_name_nato() -> None:
    words = "Assistant Secretary General visits Republic of Korea", "Talks covered defence industrial cooperation."
    assert isinstance(said(*words), Rejection)
    assert isinstance(said(*words, outlet="NATO"), Mention)
    assert isinstance(said(*words, url="https://www.nato.int/en/news/1"), Mention)
    assert isinstance(said(*words, url="https://www.nato.int.example/en/news/1"), Rejection)
    assert told("Republic of Korea joins the munitions warehousing project", outlet="NATO").alertable
    assert isinstance(said("", outlet="NATO"), Rejection)


def test_undecided_is_what_its_page_may_decide() -> None:
    title = "방사청, 방산협의체 첫 회의 개최"
    rejection = said(title)
    assert isinstance(rejection, Rejection)
    assert rejection.undecided
    assert rejection.evidence
    assert isinstance(said(title, text="한국과 나토가 브뤼셀에서 방산협의체 첫 회의를 열었다."), Mention)


def test_m17_what_speaks_for_another_subject_is_said() -> None:
    rejection = said("방산주 급등, 코스피 강세…나토 국방비 증액에 한국 방산 협력 기대")
    assert isinstance(rejection, Rejection)
    assert "방산주 (shares)" in rejection.reason
    assert any(one.concept == "contrary:shares" for one in rejection.evidence)

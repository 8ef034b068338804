"""The policy: each row of the table with the labelled case that needs it, and what is stored and not told."""

from __future__ import annotations

import pytest

from extractors.mention import policy
from extractors.mention.describe import describe
from extractors.model import Item
from extractors.story import Mention, Rejection
from flows.measure.evaluate import read_cases
from tests.extractors.mention.saying import LEXICON, ROOT, said, told, why_not


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
    ],
)
def test_what_is_stored_and_not_told(reason: str, title: str, summary: str) -> None:
    assert why_not(title, summary) == reason


def test_an_office_without_a_name_stands_for_the_top() -> None:
    mention = told(
        "NATO Secretary General welcomes President of the Republic of Korea",
        "They discussed defence industry cooperation.",
    )
    assert mention.reason.startswith("talks at the top")


@pytest.mark.parametrize("rule", policy.RULES, ids=lambda rule: f"{rule.reason} {rule.case}")
def test_each_row_is_needed_by_its_case(rule: policy.Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, number = rule.case.partition("/")
    cases = {one.labels.case: one for one in read_cases(ROOT / "tests" / "cases" / f"{name}.jsonl")}
    case = cases[number]
    assert judged(case.item) == (rule.reason, case.labels.alert)
    monkeypatch.setattr(policy, "RULES", tuple(row for row in policy.RULES if row is not rule))
    assert judged(case.item)[0] != rule.reason


def judged(one: Item) -> tuple[str, bool]:
    """Tell why the first act of an item alerts or not, in the table's words, and whether it does."""
    says = describe(one, LEXICON)
    if isinstance(says, Rejection):
        return says.reason, False
    return says[0].reason.replace(says[0].track, "{track}").replace(says[0].stage, "{stage}"), says[0].alertable


@pytest.mark.parametrize(
    ("alerts", "language", "title", "lead"),
    [
        # M3: the body's sessions in NATO's own words; military staff talks are another's
        (
            True,
            "en",
            "NATO and Korea deepen defence industrial cooperation",
            "The second staff-to-staff dialogue on defence industrial cooperation with the Republic of Korea was opened on Thursday.",
        ),
        (
            True,
            "it",
            "Secondo dialogo NATO-Corea del Sud sull'industria della difesa",
            "NATO e Corea del Sud hanno tenuto giovedì il secondo dialogo staff-to-staff.",
        ),
        (False, "ko", "합참, 나토와 군사참모대화", "합동참모본부는 나토와 군사참모대화를 열어 방산 협력도 논의했다."),
        (True, "en", "S. Korea, NATO officials discuss defense industry cooperation", ""),
        (True, "ko", "한국·나토 실무진, 방산 협력 논의", ""),
        (False, "ko", "국방차관, 나토 사무차장보 만나 방산 협력 논의", ""),
        # M5: without a verb or an occasion's date or place there is no act, in any language
        (False, "ja", "韓国とNATOの防衛産業協力、その現状と課題", "韓国とNATOの防衛産業協力が注目されている。"),
        (False, "fr", "OTAN-Corée du Sud : l'industrie de défense, nouvel axe stratégique", ""),
        (False, "de", "NATO und Südkorea: die Rüstungsindustrie als neue Achse", ""),
        (False, "ko", "한-나토 방산협의체, 그 의미와 과제", ""),
        (
            True,
            "fr",
            "Corée du Sud-OTAN : deuxième session du dialogue sur l'industrie de défense",
            "Bruxelles, 5 juin.",
        ),
        # M10: acts of other shapes
        (True, "en", "Seoul seconds first DAPA officer to NATO headquarters", ""),
        (True, "en", "Korea opens defence industry liaison office at NATO", ""),
        (True, "ko", "방사청, 나토 본부에 방산협력관 첫 파견", ""),
        (
            True,
            "en",
            "NATO awards LIG Nex1 radar contract",
            "NSPA awarded the South Korean firm a contract on Tuesday.",
        ),
        (
            True,
            "en",
            "Seoul looks to widen arms cooperation with NATO",
            "Korea and NATO held the second session of their defense industry consultative body.",
        ),
        (
            False,
            "en",
            "NATO, Asian partners pledge joint munitions work",
            "NATO and its four Indo-Pacific partners pledged it in mid-May.",
        ),
        # M11, M8: the act of others, with NATO named besides
        (False, "en", "South Korea, EU launch defence industry dialogue", "It opened in Brussels, home of NATO."),
        (False, "ko", "한·EU 방산 협의체 출범…나토와도 협력 강화", "정부와 유럽연합은 방산 협의체를 출범했다."),
        (False, "en", "Germany, Japan sign arms pact in Indo-Pacific push", "NATO welcomed the step."),
        (
            False,
            "en",
            "Canada picks Hanwha submarines",
            "Ottawa signed a deal with South Korea's firm; it will serve NATO.",
        ),
        # M11: a question that a check answers with no
        (False, "ko", "[팩트체크] 한국이 나토 공동조달에 참여한다고?", "참여했다는 글이 퍼졌으나 사실이 아니다."),
        (False, "en", "Will South Korea join NATO's munitions project?", "Analysts are divided."),
        (True, "en", "Seoul seeks observer status in NATO helicopter project", "It has submitted a letter on NGRC."),
        (True, "en", "Foreign ministers of IP4, NATO adopt statement on weapons", "Seoul and Tokyo pledged to share."),
        (False, "ko", "나토 대표단, 창원 방산업체 방문", "나토 국방투자국 대표단이 11일 공장을 둘러봤다."),
        # what the title denies or calls possible, the lead does not make an act of
        (False, "ko", '방사청 "나토 방산협의체 연기 사실 아냐"', "회의가 미뤄졌다는 보도에 예정대로 연다고 밝혔다."),
        (False, "en", "Ministry denies Seoul has decided to join NGRC", "No review of NATO's project was held."),
        (False, "ko", "한국, 나토 NGRC 합류 가능성", "업계 소식통이 전했다."),
        (False, "en", "KAI and Airbus sign gearbox pact", "It may one day suit NATO's munitions project, he said."),
        (
            False,
            "tr",
            "HALO uydu takımyıldızına sekiz müttefik katılıyor",
            "Proje duyuruldu. Güney Kore zirveye misafir olarak katıldı.",
        ),
        (False, "ko", "제15차 한-나토 정책협의회 개최", "지난해 방산협의체가 출범한 점을 평가하였다."),
        (True, "ko", "한·나토 세 번째 방산 국장급 회의", "양측은 브뤼셀에서 첫 보고서를 채택했다."),
    ],
)
def test_m3_m5_m8_m10_m11_what_is_an_act(alerts: bool, language: str, title: str, lead: str) -> None:
    mention = said(title, lead, language=language)
    assert (isinstance(mention, Mention) and mention.alertable) is alerts, mention.reason

"""Whether an act was done: talks alone can be of a low level; who signs, joins, founds or posts has done something."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.story import Mention
from tests.extractors.mention.saying import said

ACTS = tomllib.loads((Path(__file__).parent / "acts.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("alerts", "language", "title", "lead"),
    [
        (True, "en", "Korean officials sign NATO arrangement on propellant", "Division heads put their names to it."),
        (True, "fi", "Etelä-Korea liittyi Naton laivastohankkeeseen", "Kirja luovutettiin keskiviikkona NSPA:lle."),
        (True, "en", "NATO and South Korea agree on nine projects", "The consultation group met in Busan."),
        (True, "ko", "방사청-나토 탄약 작업반 발족", ""),
        (False, "ko", "방사청-나토 실무진 면담", "양측은 방산 협력 확대 방안을 논의했다."),
        (
            True,
            "ko",
            "화약 함께 사기로…인태 4국·나토 성명",
            "한국·일본·호주·뉴질랜드 장관은 브뤼셀에서 나토와 공동성명을 냈다.",
        ),
        (True, "ko", "풍산, 나토 지원조달청서 장약 수주", "지난 28일 계약서에 서명했다."),
        (True, "en", "DAPA official posted to NATO's industry division", "He has been posted since Tuesday."),
        (True, "ko", "방사청 과장, 나토 방위산업국에 파견", ""),
        (True, "en", "South Korea names defense attache to NATO's industry division", "DAPA said so."),
        (False, "ko", "풍산, 나토 지원조달청 방문", "장약 생산 능력을 소개했다."),
    ],
)
def test_only_talks_are_of_a_low_level(alerts: bool, language: str, title: str, lead: str) -> None:
    mention = said(title, lead, language=language)
    assert (isinstance(mention, Mention) and mention.alertable) is alerts, mention.reason


@pytest.mark.parametrize("language", ACTS)
def test_an_act_of_each_kind_alerts_in_every_language(language: str) -> None:
    when = datetime(2026, 3, 12, tzinfo=UTC)
    says = {title: said(title, language=language, published_at=when, first_seen_at=when) for title in ACTS[language]}
    missed = [title for title, one in says.items() if not (isinstance(one, Mention) and one.alertable)]
    assert len(missed) <= {"nl": 2, "fi": 1}.get(language, 0), missed

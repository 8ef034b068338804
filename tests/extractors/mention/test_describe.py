import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.mention.act import read
from extractors.mention.describe import describe, substance
from extractors.model import Item
from extractors.story import Act, DatePrecision, Domain, Mention, Stage, Track
from tests.builders import item
from tests.extractors.mention.saying import LEXICON, said, told
from tests.table import table

LINES = (Path(__file__).parent / "headlines.jsonl").read_text(encoding="utf-8").splitlines()
HEADLINES = [json.loads(line) for line in LINES]
FOUNDING = (
    "위성락-뤼터, 한-나토 방산협의체 신설 합의",
    "(서울=가람통신) 위성락 국가안보실장이 25일(현지시간) 네덜란드 헤이그에서 마르크 뤼터 나토 사무총장을 만나 국장급 방산 협의체를 신설하기로 합의했다고 대통령실이 26일 밝혔다. 탄약과 우주 분야 협력도 논의했다.",
)
HEADED = "한-나토, 방산협의체 신설 합의"


def test_the_founding_story_in_korean() -> None:
    mention = told(*FOUNDING)
    assert (mention.track, mention.stage, mention.act) == (Track.CONSULTATION_BODY, Stage.AGREED, Act.DOCUMENT)
    assert (mention.event_date, mention.date_precision) == (date(2025, 6, 25), DatePrecision.DAY)
    assert {"person:wi_sung_lac", "person:mark_rutte"} <= set(mention.actors)
    assert {Domain.MUNITIONS, Domain.SPACE} <= set(mention.domains)
    assert (mention.place, mention.alertable, mention.lexicon_version) == ("the_hague", True, LEXICON.version)
    assert "body" in mention.projects
    assert mention.sentence in (*FOUNDING, FOUNDING[1].split(". ")[0])


@pytest.mark.parametrize("published", [None, datetime(2025, 6, 26, tzinfo=UTC)])
def test_a_missing_date_of_publication_is_tolerated(published: datetime | None) -> None:
    assert told(*FOUNDING, published_at=published).event_date == date(2025, 6, 25)


def test_codification_is_standardization() -> None:
    assert Domain.STANDARDIZATION in told("NATO codification committee meets in Busan").domains


def test_headlines_alone_decide() -> None:
    wrong = []
    for case in HEADLINES:
        when = datetime(2026, 4, 14, tzinfo=UTC)
        mention = said(case["title"], case["summary"], language=case["language"], published_at=when)
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
@settings(deadline=None, derandomize=True, max_examples=50)
def test_every_evidence_stands_in_its_field(text: str) -> None:
    one: Item = item(title=text[:60], summary=text, text=text, language="ko")
    says = describe(one, LEXICON)
    for evidence in (found for act in (says if isinstance(says, tuple) else (says,)) for found in act.evidence):
        field = {"title": one.title, "summary": one.summary, "text": one.text}[evidence.field]
        assert field[evidence.start : evidence.end] == evidence.term


def _quoted(*below: str, act: int = 0) -> str:
    sentences = read(item(title=HEADED, summary="\n".join(below), language="ko"), LEXICON)
    return substance(sentences[act], sentences)


@table("below, act, quoted")
def test_t6_the_sentence_of_the_act_and_the_next_without_title(below: tuple[str, ...], act: int, quoted: str) -> None:
    assert _quoted(*below, act=act) == quoted


def test_t6_a_lead_that_says_the_title_and_more_is_quoted() -> None:
    lead = f"{HEADED}했다고 대통령실이 25일 밝혔다. 협의체는 장관급으로 방산 공급망과 공동 조달, 표준화를 다룬다."
    assert _quoted(lead) == lead

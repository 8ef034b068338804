from extractors.mention.reading import read
from extractors.mention.substance import substance
from tests import builders
from tests.extractors.mention.saying import LEXICON
from tests.table import table

TITLE = "한-나토, 방산협의체 신설 합의"


def _read(title: str, *below: str, told: int = 0) -> str:
    sentences = read(builders.item(title=title, summary="\n".join(below), language="ko"), LEXICON)
    return substance(sentences[told], sentences)


@table("below, told, said")
def test_t6_the_sentence_of_the_act_and_the_next_without_title(below: tuple[str, ...], told: int, said: str) -> None:
    assert _read(TITLE, *below, told=told) == said


def test_t6_a_lead_that_says_the_title_and_more_is_quoted() -> None:
    lead = f"{TITLE}했다고 대통령실이 25일 밝혔다. 협의체는 장관급으로 방산 공급망과 공동 조달, 표준화를 다룬다."
    assert _read(TITLE, lead) == lead

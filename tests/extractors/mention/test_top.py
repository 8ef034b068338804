"""M4: talks at the top are a matter of who with whom, in one clause, and of whether they took place."""

import pytest

from extractors.mention.reading import read
from extractors.mention.top import at_the_top
from extractors.story import Stage
from tests.builders import item
from tests.extractors.mention.saying import LEXICON


@pytest.mark.parametrize(
    ("expected", "language", "title", "lead"),
    [
        (True, "en", "Lee, Rutte discuss arms industry", "The president and the NATO chief met in Ankara."),
        (True, "ko", "안규백 장관, 뤼터 나토 사무총장과 회담…방산 협력 확대 논의", ""),
        (True, "en", "Ahn Gyu-back meets NATO Deputy Secretary General", "They discussed Poland's K2 program."),
        (False, "en", "Seoul denies Lee discussed arms industry with NATO chief", "The president did not meet Rutte."),
        (False, "en", "Wi, Rutte did not discuss weapons", "Wi Sung-lac met Mark Rutte on Wednesday."),
        (False, "en", "Lee, Rutte may meet on the summit's sidelines", "They may talk about the arms industry, an aide said."),
        (False, "en", "Seoul weighs a meeting of its minister with the NATO chief", ""),
        (False, "ko", "안규백 장관, 나토 사무총장과 면담 검토", "안규백 장관이 뤼터 사무총장과 만나는 방안을 검토 중이다."),
        (False, "en", "Lee meets Polish president as Rutte opens the NATO summit", ""),
        (False, "ko", "이재명 대통령, 폴란드 대통령과 방산 협력 논의", "나토 정상회의는 뤼터 사무총장이 개막했다."),
        (False, "en", "Lee and Rutte", "The president of South Korea and NATO's secretary general."),
    ],
)  # fmt: skip
def test_m4_who_with_whom_in_one_clause(expected: bool, language: str, title: str, lead: str) -> None:
    one = item(title=title, summary=lead, language=language)
    assert at_the_top(read(one, LEXICON), Stage.HELD) is expected

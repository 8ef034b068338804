"""M4: talks at the top are a matter of who with whom, in one clause, and of whether they took place."""

from extractors.mention.reading import read
from extractors.mention.top import at_the_top
from extractors.story import Stage
from tests.builders import item
from tests.extractors.mention.saying import LEXICON
from tests.table import table


@table("expected, language, title, lead")
def test_m4_who_with_whom_in_one_clause(expected: bool, language: str, title: str, lead: str) -> None:
    one = item(title=title, summary=lead, language=language)
    assert at_the_top(read(one, LEXICON), Stage.HELD) is expected

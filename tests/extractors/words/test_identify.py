import pytest

from extractors.mention.describe import describe
from extractors.story import Rejection
from extractors.words.identify import language_of
from tests.extractors.mention.saying import LEXICON
from tests.extractors.read.samples import entry, made


@pytest.mark.parametrize(
    ("text", "feed", "language"),
    [
        ("Südkorea und die Nato vereinbaren ein Beratungsgremium für die Rüstungsindustrie", "en", "de"),
        ("한-나토 방산협의체 첫 회의", "en", "ko"),
        ("NATO, DAPA, 방산협의체 첫 회의 개최", "en", "ko"),
        ("韓国とNATO、防衛産業の協議体で合意", "en", "ja"),
        ("韩国与北约同意设立国防工业磋商机制", "ko", "zh"),
        ("Сеул і НАТО проведуть друге засідання дорадчого органу", "en", "uk"),
        ("Сеул и НАТО проведут второе заседание, сообщили в ведомстве", "en", "ru"),
        ("La Corée du Sud et l'Otan créent une instance pour l'industrie de défense", "en", "fr"),
        ("NATO and South Korea agreed on a body for the defence industry", "de", "en"),
        ("Južná Kórea a NATO sa dohodli na výbore pre obranný priemysel, uviedlo ministerstvo", "en", "sk"),
        ("Pietų Korėja ir NATO susitarė dėl darbo grupės, kuri bus sukurta šiais metais", "en", "lt"),
        ("NATO, Seoul", "sv", "sv"),
        ("", "pl", "pl"),
        ("Lee, Rutte", "xx", "xx"),
        ("South Korea's 한화 wins NATO order in the Baltic states", "en", "en"),
    ],
)
def test_m6_a_text_s_own_language(text: str, feed: str, language: str) -> None:
    assert language_of(text, feed) == language


def test_m6_a_german_report_in_an_english_feed_is_read() -> None:
    title = "Südkorea und die Nato vereinbaren ein Konsultationsgremium für die Rüstungsindustrie"
    (item,) = made(entry(title=title, summary="Das teilten die beiden Seiten am Mittwoch mit."), language="en")
    said = describe(item, LEXICON)
    assert item.language == "de"
    assert not isinstance(said, Rejection)
    assert said[0].alertable


@pytest.mark.parametrize(("text", "language"), [("NATO", "en"), ("NATO", "cs"), ("서울", "ko"), ("Nato", "de")])
def test_m13_evidence_names_the_item_s_language_then_english_then_korean(text: str, language: str) -> None:
    own = any(term.language == language and term.key == text.casefold() for term in LEXICON.terms)
    assert {hit.language for hit in LEXICON.find(text, language)} == {language if own else "en"}

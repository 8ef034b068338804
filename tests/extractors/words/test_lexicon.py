from pathlib import Path

import pytest

from alerts.word.labels import words
from extractors.mention.describe import describe
from extractors.model import ConfigError
from extractors.story import Mention, Track
from extractors.words.concepts import CORE
from extractors.words.lexicon import Lexicon, load
from tests.builders import item as make_item
from tests.builders import lexicon_folder
from tests.extractors.mention.saying import LEXICON
from tests.table import table
from warehouse.codec import decode, encode


def test_quick_question() -> None:
    told = ("한-나토 방산협의체", "프로야구 두산 역전승", "NATO helps Ukraine", "to act on a senator's exchange")
    assert [LEXICON.interesting(text, "en") for text in told] == [True, False, False, False]


def test_the_version_is_the_content(tmp_path: Path) -> None:
    first = load(lexicon_folder(tmp_path, 'nato = ["북대서양조약기구"]'))
    assert load(lexicon_folder(tmp_path, 'nato = ["북대서양조약기구"]')).version == first.version
    assert load(lexicon_folder(tmp_path, 'nato = ["북대서양 동맹"]')).version != first.version


def test_a_new_track_needs_its_declaration_alone(tmp_path: Path) -> None:
    words = '[project]\nacademy = ["방산 아카데미"]'
    track = 'training_ground = ["project:academy"]\n' + f'{Track.COOPERATION} = ["body"]'
    root = lexicon_folder(tmp_path, words, named=CORE | {"project:academy"})
    declared = (root / "concepts.toml").read_text(encoding="utf-8").replace(f'{Track.COOPERATION} = ["body"]', track)
    more = 'academy = { side = "both", substance = 1.0, track = "training_ground" }'
    declared = declared.replace("academy = {}", more)
    (root / "concepts.toml").write_text(declared, encoding="utf-8")
    says = describe(make_item(title="방산 아카데미 아카데미"), load(root))
    assert isinstance(says, tuple)
    [found] = says
    assert (found.track, found.tracks) == (Track("training_ground"), (Track("training_ground"),))
    assert decode(Mention, encode(found)) == found


def test_every_declared_track_has_its_labels() -> None:
    assert all(words(code).of("track", track) for code in ("en", "ko") for track in LEXICON.tracks)


def test_what_a_language_lacks_is_told() -> None:
    assert LEXICON.lacking("en") == ()
    assert {"domain:cyber", "hedge:tail"} <= set(LEXICON.lacking("et"))
    assert set(LEXICON.lacking("xx")) == CORE | {"[abbreviations]", "[calendar]", "[clauses]", "[ordinals]"}


def test_words_found_good_before_are_not_read_until_they_are_asked_for(tmp_path: Path) -> None:
    good = load(lexicon_folder(tmp_path, 'nato = ["북대서양조약기구"]'))
    assert load(tmp_path, checked=good.seal).version == good.version
    (tmp_path / "ko.toml").write_text('nothing = ["x"]', encoding="utf-8")
    with pytest.raises(ConfigError):
        load(tmp_path, checked=good.seal)
    files = sorted(tmp_path.glob("*.toml"))
    changed = load(tmp_path, checked=Lexicon(tuple((path, path.read_bytes()) for path in files)).seal)
    with pytest.raises(ConfigError, match="unknown concept"):
        changed.find("x")


@table("file, words, lacks, table, reason")
def test_m14_a_lexicon_that_cannot_be_used_is_refused(
    tmp_path: Path, file: str, words: str, lacks: str, table: str, reason: str
) -> None:
    lexicon_folder(tmp_path, "", said=CORE - {lacks})
    (tmp_path / f"{file}.toml").write_text(words, encoding="utf-8")
    with pytest.raises(ConfigError, match=reason) as caught:
        load(tmp_path)
    assert caught.value.table == table


@table("language, stage, texts")
def test_m6_an_act_s_verb_is_known_in_its_forms(language: str, stage: str, texts: str) -> None:
    for text in texts.split("; "):
        assert f"stage:{stage}" in {hit.concept for hit in LEXICON.find(text, language)}, text


@table("language, texts")
def test_m6_a_verb_s_stem_takes_no_other_common_word(language: str, texts: str) -> None:
    for text in texts.split("; "):
        assert not [hit for hit in LEXICON.find(text, language) if hit.concept.startswith("stage:")], text

import re
from pathlib import Path

from extractors.words.lexicon import load
from flows.configure.packaged import packaged_config, read_lexicon
from tests.configured import FEED
from tests.konato import Konato
from tests.table import table


def test_check_says_what_would_run(konato: Konato) -> None:
    out, _ = konato("check")
    assert "3 enabled" in out
    assert "console" in out
    assert "all five stages" in konato("check", "--self-test")[0]
    assert "xx: 0 words, lacks: [" in konato("check", "--language", "xx")[0]


def test_o8_what_init_lays_out_is_good_and_nothing_is_overwritten(konato: Konato, tmp_path: Path) -> None:
    konato.config = tmp_path / "etc" / "konato"
    assert f"check --config {konato.config}" in konato("init")[0]
    assert "good" in konato("check")[0]
    assert not (konato.config / "lexicon").exists()
    mine = konato.config / "history.toml"
    for file in konato.config.glob("[!h]*.toml"):
        file.unlink()
    mine.write_text("# mine\n")
    for _ in range(2):
        assert "history.toml: is there already" in konato("init", code=2)[1]
        mine.unlink()
        mine.symlink_to(tmp_path / "planted")  # X15: a link that leads nowhere yet
    assert not (tmp_path / "planted").exists()
    assert sorted(file.name for file in konato.config.iterdir()) == ["history.toml", "schema"]
    assert "Name another folder" in konato("init", str(mine), code=2)[1]
    konato("init", str(tmp_path / "other"))
    assert (tmp_path / "other" / "feeds.toml").exists()


@table("asked, answered")
def test_o8_versions_and_completion(konato: Konato, asked: str, answered: str) -> None:
    assert re.fullmatch(answered, konato(*asked.split())[0], re.DOTALL)


def test_o9_check_shows_faults_stopped_channels_and_warnings_at_once(konato: Konato, tmp_path: Path) -> None:
    konato.config = tmp_path
    konato("init")
    (tmp_path / "feeds.toml").write_text(FEED + 'every = "often"\n' + FEED.replace("a.example", "127.0.0.1"), "utf-8")
    later = '[[channel]]\nname = "desk"\nurl_env = "UNSET_HERE"\nmode = "later"\n'
    (tmp_path / "channels.toml").write_text(later, "utf-8")
    out, err = konato("check", code=2)
    assert ["every" in err, "duplicate" in err, "UNSET_HERE" in err, "'later'" in err] == [True] * 4
    assert ["allow_private" in out, "contact" in out] == [True] * 2
    assert all(line.startswith("konato: ") for line in err.splitlines())


def test_o8_an_operators_terms_are_laid_over_the_shipped_lexicon(konato: Konato, tmp_path: Path) -> None:
    konato.config = tmp_path
    konato("init")
    (tmp_path / "lexicon").mkdir()
    mine = tmp_path / "lexicon" / "en.toml"
    mine.write_text('industry = ["gadgetry", "arms industry"]\nweapons = ["defence industry"]\n', "utf-8")
    assert "3 terms of" in konato("check")[0]
    shipped, laid = load(packaged_config() / "lexicon"), read_lexicon(tmp_path / "lexicon")
    for text, before, after in (("gadgetry", set(), {"industry"}), ("defence industry", {"industry"}, {"weapons"})):
        found = [{hit.concept for hit in one.find(text, "en")} & {"industry", "weapons"} for one in (shipped, laid)]
        assert found == [before, after]
    assert shipped.version != laid.version
    mine.write_text('gossip = ["tea"]\n', "utf-8")
    err = konato("check", code=2)[1]
    assert [str(mine) in err, "unknown concept" in err] == [True, True]

from pathlib import Path

from tests.konato import Konato
from tests.stage import FOUNDING_KO


def test_an_address_is_tried_and_nothing_stored(konato: Konato, tmp_path: Path) -> None:
    konato.home = tmp_path / "none"
    out, _ = konato("feeds", "test", konato.stage.site.url("/ko"), "--language", "ko", "--timezone", "Asia/Seoul")
    assert ": new, 1 items, 1 relevant" in out
    (row,) = out.splitlines()[2:]
    assert ["2025-06-26 01:02:00Z" in row, " ko " in row, " alert " in row, FOUNDING_KO[0] in row] == [True] * 4
    assert not konato.home.exists()


def test_what_fails_or_is_no_address_is_refused_in_words(konato: Konato) -> None:
    assert "server_error" in konato("feeds", "test", "down", code=1)[0]
    assert "not an http or https URL" in konato("feeds", "test", "nowhere", code=2)[1]
    feeds = konato.config / "feeds.toml"
    feeds.write_text(feeds.read_text(encoding="utf-8").replace("allow_private = true", ""), encoding="utf-8")
    out, err = konato("feeds", "test", konato.stage.site.url("/en"), code=1)
    assert "refused" in out
    assert "allow_private = true in feeds.toml" in err  # as it stands there
    konato.config /= "none"
    assert "4 items" in konato("feeds", "test", konato.stage.site.url("/en"))[0]  # who types a private address means it


def test_feeds_come_from_opml_and_go_into_it(konato: Konato, tmp_path: Path) -> None:
    file = tmp_path / "list.opml"
    file.write_text('<opml><outline text="New" xmlUrl="https://new.example/"/>\n<outline text="old"/></opml>', "utf-8")
    out, _ = konato("feeds", "import", str(file))
    assert out.startswith("1 feeds taken, 1 things not\n  line 2, 'old': holds no address")
    assert f"{konato.config}/feeds/list.toml: " in out
    assert konato("feeds", "import", str(file))[0].startswith("0 feeds taken, 2 things not")
    file.write_text('<opml><outline xmlUrl="https://newer.example/"/></opml>', "utf-8")
    assert "/feeds/list-2.toml: " in konato("feeds", "import", str(file))[0]  # no file is overwritten
    assert ' xmlUrl="https://newer.example/"' in konato("feeds", "export")[0]
    assert "nowhere.opml: No such file" in konato("feeds", "import", "nowhere.opml", code=1)[1]
    assert "'kr'" in konato("feeds", "import", str(file), "--language", "kr", code=2)[1]

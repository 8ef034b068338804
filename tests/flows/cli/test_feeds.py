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

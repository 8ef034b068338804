import shutil
from pathlib import Path

from extractors.words.concepts import CORE
from tests.builders import core_tables
from tests.konato import Konato


def test_replay_gives_what_was_sent_and_two_runs_one_digest(konato: Konato, tmp_path: Path) -> None:
    first, second = konato("replay")[0], konato("replay")[0]
    assert konato.one("SELECT alert_id FROM alerts") in first
    assert first == second
    assert "0 gained, 0 lost" in konato("replay", "--diff")[0]
    lexicon = tmp_path / "lexicon"
    assert "is no directory" in konato("replay", "--lexicon", str(lexicon), code=2)[1]
    lexicon.mkdir()
    shutil.copy(konato.config / "lexicon" / "concepts.toml", lexicon)
    (lexicon / "en.toml").write_text("\n".join(core_tables(CORE, '["nothing of {}"]')), encoding="utf-8")
    out, _ = konato("replay", "--diff", "--lexicon", str(lexicon), "--since", "2025-06-01")
    assert "0 gained, 1 lost against the live rules" in out

from __future__ import annotations

from pathlib import Path

from tests.konato import Konato


def test_replay_gives_what_was_sent_and_two_runs_one_digest(konato: Konato, tmp_path: Path) -> None:
    sent = konato.one("SELECT alert_id FROM alerts")
    first, second = konato("replay")[0], konato("replay")[0]
    assert sent in first
    assert first == second
    assert "0 gained, 0 lost" in konato("replay", "--diff", "--lexicon", str(konato.config / "lexicon"))[0]
    lexicon = tmp_path / "lexicon"
    assert "is no directory" in konato("replay", "--lexicon", str(lexicon), code=2)[1]
    lexicon.mkdir()
    for file in (konato.config / "lexicon").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (lexicon / file.name).write_text(
            text.replace("나토", "다른말").replace('"NATO"', '"OTHERWORD"'), encoding="utf-8"
        )
    out, _ = konato("replay", "--diff", "--lexicon", str(lexicon), "--since", "2025-06-01")
    assert "lost against the live rules" in out

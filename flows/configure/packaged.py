"""What comes with Konato: the configuration that `konato init` lays out, and the lexicon."""

from __future__ import annotations

from pathlib import Path

from extractors.words.lexicon import DECLARATIONS


def packaged_config() -> Path:
    """Return the configuration that comes with Konato: beside the source, or inside the wheel."""
    inside = Path(__file__).parents[1] / "default_config"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "config"


def lexicon_folder(config: Path) -> Path:
    """Return the lexicon of a configuration: its own where it has one, else the one that comes with Konato."""
    own = config / "lexicon"
    return own if (own / DECLARATIONS).exists() else packaged_config() / "lexicon"

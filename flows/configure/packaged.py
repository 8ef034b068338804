"""What comes with Konato, the configuration that `konato init` lays out and the lexicon; and what comes as an extra."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extractors.model import ConfigError
from extractors.words.lexicon import DECLARATIONS, Lexicon, load


def packaged_config() -> Path:
    """Return the configuration that comes with Konato: beside the source, or inside the wheel."""
    inside = Path(__file__).parents[1] / "default_config"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "config"


@contextmanager
def extra(name: str, *, file: str) -> Iterator[None]:
    """Import what only an extra brings; `file` says who asks for it. Raises ConfigError where it is not installed."""
    try:
        yield
    except ImportError as missing:
        reason, mend = (
            f"needs what is not installed ({missing.name})",
            f"Install the extra: pip install 'konato[{name}]'.",
        )
        raise ConfigError(file=file, table=name, reason=reason, mend=mend) from missing


def changed_lexicon(folder: Path) -> Lexicon:
    """Read the rules to replay, which must be there. Raises ConfigError."""
    if not folder.is_dir():
        mend = "Name a folder of words, as config/lexicon is."
        raise ConfigError(file=str(folder), reason="is no directory", mend=mend)
    return read_lexicon(folder)


def read_lexicon(folder: Path, *, checked: str = "") -> Lexicon:
    """Read a whole lexicon, or the one that came with Konato with what an operator's folder lays over it.

    Raises ConfigError; `checked` as `load` has it.
    """
    if (folder / DECLARATIONS).exists():
        return load(folder, checked=checked)
    return load(packaged_config() / "lexicon", over=folder if folder.is_dir() else None, checked=checked)

"""The lexicon's files in their one form: a line a term, sorted, so that two hands that add words do not meet.

    python scripts/lexicon.py [--write] [FOLDER]

Without --write it only tells which files are not in form (exit 1). What follows the words in a file ([calendar] and the
other tables of a language) stays as it is written.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "config" / "lexicon"
SPEECH = ("[calendar", "[ordinals", "[abbreviations", "[clauses")
WIDTH = 120


def main(arguments: list[str]) -> int:
    """Check or mend every language's file; the exit code."""
    folders = [Path(one) for one in arguments if one != "--write"] or [FOLDER]
    wrong = [path for path in sorted(folders[0].glob("*.toml")) if path.name != "concepts.toml" and not _formed(path)]
    for path in wrong:
        if "--write" in arguments:
            path.write_text(formed(path.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(f"{path.name}: {'brought into form' if '--write' in arguments else 'is not in form'}\n")
    return int(bool(wrong) and "--write" not in arguments)


def _formed(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return text == formed(text)


def formed(text: str) -> str:
    """Return a file's text in form: its head, its words, the rest untouched."""
    lines = text.splitlines()
    words = next((i for i, line in enumerate(lines) if line.startswith(SPEECH)), len(lines))
    head = [line for line in lines[:words] if line.startswith("#")]
    body = "\n".join([*head, "", *_tables(tomllib.loads("\n".join(lines[:words])))])
    return "\n".join([body, *([""] if lines[words:] else []), *lines[words:]]).rstrip("\n") + "\n"


def _tables(tables: dict[str, object]) -> Iterator[str]:
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from ("", f"[{name}]")
            yield from _tables(value)
        elif isinstance(value, list):
            yield from _terms(name, sorted({_row(entry) for entry in value}, key=_place))


def _terms(name: str, rows: list[str]) -> Iterator[str]:
    alone = f"{name} = [{rows[0]}]" if len(rows) == 1 else ""
    if alone and len(alone) <= WIDTH:
        yield alone
    else:
        yield f"{name} = ["
        yield from (f"  {row}," for row in rows)
        yield "]"


def _place(row: str) -> tuple[str, str]:
    return row.removeprefix("{ term = ").lstrip('"*{').casefold(), row


def _row(entry: object) -> str:
    if isinstance(entry, dict):
        return "{ " + ", ".join(f"{key} = {_value(value)}" for key, value in entry.items()) + " }"
    return _value(entry)


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

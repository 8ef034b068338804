"""The lexicon: all words of all languages, read from a folder, validated, and asked of a text.

concepts.toml declares what is looked for (concepts.py); en.toml, ko.toml, … give the words (terms.py). An operator's
folder may be laid over it, term by term: its terms are added, and one that stood under another concept moves.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from extractors.story import Evidence
from extractors.tables import contents, parse
from extractors.words.concepts import ACTORS, CORE, Named, declared, flat
from extractors.words.days import Days
from extractors.words.languages import TABLES, Language, Speech, read_language
from extractors.words.matcher import Matcher
from extractors.words.terms import Term, read_terms

DECLARATIONS: Final = "concepts.toml"
Files = tuple[tuple[Path, bytes], ...]
_TELLING: Final = 0.8  # substance from which a term alone makes an item worth reading


class Lexicon:
    """All words of all languages in one matcher; `version` is the hash of the files' contents."""

    def __init__(self, files: Files) -> None:
        """Read the declarations alone; `terms` reads the rest. Raises ConfigError."""
        self._source, ((path, raw), *self._files) = files, files
        self.folder = path.parent
        self.concepts, self.tracks = declared(str(path), parse(path, raw))
        self.named = Named(self.concepts)
        self.languages = frozenset(file.stem for file, _ in self._files)
        self.version = _hash(files)

    def __reduce__(self) -> tuple[Callable[[Files], "Lexicon"], tuple[Files]]:
        """Go to another process as the files, which are read there once."""
        return _read, (self._source,)

    @cached_property
    def _tables(self) -> list[tuple[Path, dict[str, object]]]:
        for path, _ in self._files:
            if re.fullmatch(r"[a-z]{2,3}", path.stem) is None:
                mend = "Name the file by the language's code, as in en.toml"
                raise ConfigError(file=str(path), reason="is the file of no language", mend=mend)
        return [(path, parse(path, raw)) for path, raw in self._files]

    @cached_property
    def laid_over(self) -> tuple[Term, ...]:
        """The terms of the operator's own files."""
        return tuple(self._read(own=True))

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term of every language. Raises ConfigError (file, concept, term, reason, mend)."""
        own = {(term.language, *term.identity) for term in self.laid_over}
        shipped = (term for term in self._read(own=False) if not own or (term.language, *term.identity) not in own)
        terms = (*shipped, *self.laid_over)
        if not terms:
            mend = "Add en.toml or ko.toml with terms"
            raise ConfigError(file=str(self.folder), reason="no language file has any term", mend=mend)
        return terms

    def _read(self, *, own: bool) -> Iterator[Term]:
        for file, table in self._tables:
            if (file.parent != self.folder) is not own:
                continue
            lines = {concept: entries for concept, entries in flat(table) if concept not in TABLES}
            for concept in lines.keys() - self.concepts.keys():
                mend = f"Correct its spelling, or declare it in {DECLARATIONS}"
                raise ConfigError(file=str(file), table=concept, reason="is an unknown concept", mend=mend)
            yield from read_terms(str(file), file.stem, lines)

    @cached_property
    def _spoken(self) -> dict[str, Language]:
        spoken: dict[str, dict[str, object]] = {}
        for file, table in self._tables:
            spoken.setdefault(file.stem, {}).update((name, table[name]) for name in TABLES & table.keys())
        return {code: read_language(f"{code}.toml", tables) for code, tables in spoken.items()}

    @cache  # noqa: B019 - a lexicon lives as long as its process, or its cycle
    def speech(self, language: str = "") -> Speech:
        """What a language says beside its terms, with English and Korean as in `find`."""
        return Speech(one for code, one in self._spoken.items() if not language or code in {language, "en", "ko"})

    @cache  # noqa: B019 - see speech
    def days(self, language: str = "") -> Days:
        """The reader of a language's dates."""
        return Days(self.speech(language))

    @cached_property
    def _matcher(self) -> Matcher:
        parties = {"nato", "both", "ip4"}
        telling = {name for name, one in self.concepts.items() if one.side in parties or one.substance >= _TELLING}
        korean = {name for name, one in self.concepts.items() if one.side in {"korea", "both", "ip4"}}
        subjects = {"industry", "industry_word", "body", "body_word", *self.members("project:", "agency:")}
        return Matcher(
            self.terms,
            sided={name for name, concept in self.concepts.items() if concept.side},
            names={"nato", "ip4", "korea_nato", *self.members(*ACTORS, "place:", "project:")},
            against=self.members("contrary:", "hedge:"),
            gates=(telling | {"alliance"}, korean | subjects),
        )

    @property
    def seal(self) -> str:
        """What tells that these files were checked by this very code."""
        code = sorted(Path(__file__).parent.glob("*.py"))
        return f"{self.version} {_hash((path, path.read_bytes()) for path in code)}"

    @cache  # noqa: B019 - see speech
    def check(self) -> None:
        """Read every word. Raises ConfigError: malformed, or none for a concept that code asks for."""
        for name in sorted(CORE - {term.concept for term in self.terms}):
            reason, mend = "the rules need a word for this concept", "Give it a term in any language's file"
            raise ConfigError(file=str(self.folder), table=name, reason=reason, mend=mend)
        for language in self.languages:
            self.days(language)

    def members(self, *groups: str) -> tuple[str, ...]:
        """Return the concepts of groups, each given with its colon: "place:" has "place:washington"."""
        return tuple(name for name in self.concepts if name.startswith(groups))

    def lacking(self, language: str) -> tuple[str, ...]:
        """Return what a language has no words for: its tables, then the concepts that code asks for."""
        tables = TABLES.difference(*(table for file, table in self._tables if file.stem == language))
        concepts = CORE - {term.concept for term in self.terms if term.language == language}
        return *sorted(f"[{name}]" for name in tables), *sorted(concepts)

    def interesting(self, text: str, language: str = "") -> bool:
        """Whether a text can name the alliance and our subject at all: the first, quick question to most items."""
        return self._matcher.may_tell(text, _read_in(language))

    def find(self, text: str, language: str = "", field: str = "") -> tuple[Evidence, ...]:
        """Find every term in one text, a `field` of an item, by place; what a longer name covers is left out.

        With a language, words are those of that language, English and Korean, in this order; names are those of all.
        """
        return self._matcher.find(text, _read_in(language), field)


def _read_in(language: str) -> tuple[str, ...]:
    return (language, "en", "ko") if language else ()


def load(folder: Path, *, over: Path | None = None, checked: str = "") -> Lexicon:
    """Read a lexicon folder, and lay an operator's `over` it.

    Raises ConfigError (file, concept, term, reason, mend) before anything is matched.
    Where `checked` is the lexicon's own `seal`, these files were found good before: words are read when first asked.
    """
    folder = folder.resolve() if folder.is_symlink() else folder  # several configurations may share one lexicon
    files = [folder / DECLARATIONS, *sorted(path for path in folder.glob("*.toml") if path.name != DECLARATIONS)]
    lexicon = _read(tuple((path, contents(path)) for path in (*files, *(sorted(over.glob("*.toml")) if over else ()))))
    if lexicon.seal != checked:
        lexicon.check()
    return lexicon


@lru_cache(maxsize=2)  # half a second each; a service and a replay ask for the same files again and again
def _read(files: Files) -> Lexicon:
    return Lexicon(files)


def _hash(files: Iterable[tuple[Path, bytes]]) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for file, content in files:
        digest.update(file.name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()

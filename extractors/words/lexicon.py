"""The lexicon's files, read and validated: concepts.toml declares, en.toml, ko.toml, … give the words.

A term is a string, or a table with its guards: `{ term = "방산", not_after = ["지", "소"] }`.
In a term a space is where the text may have a separator (Hangul) or must have one (Latin letters); a
hyphen in a Hangul term takes any mark (- · ㆍ ‧) or none, but no mere space; a final `*` takes any ending,
a `*` in front says that the short Hangul term may stand inside any word. Guards: `case` (only as written),
`word` (no syllable of the same word before it), `not_after`, `not_before` (strings that must not touch it; in front of
a Latin term: words).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from extractors.story import Domain, Stage, Track
from extractors.words.matcher import Hit, Matcher, Term
from extractors.words.text import Folded, fold, is_cjk, is_latin

DECLARATIONS: Final = "concepts.toml"
CORE: Final = frozenset({
    "korea", "nato", "korea_nato", "ip4", "alliance", "industry", "industry_word", "weapons",
    "body", "body_word", "session_word", "relation",
    "statement", "delegation", "call", "meeting", "ministerial",
})  # fmt: skip
"""The concepts that the rules ask for by name, the members of the groups apart."""
GROUPS: Final = frozenset({
    "project", "agency", "office", "company", "person", "country", "place", "domain", "stage", "hedge", "contrary",
})  # fmt: skip
ACTORS: Final = ("person:", "office:", "agency:", "company:", "country:")
"""The groups of who acts."""
_GUARDS: Final[dict[str, type]] = {"case": bool, "word": bool, "not_after": list, "not_before": list}
_FIELDS: Final[dict[str, tuple[type, ...]]] = {
    "side": (str,), "substance": (int, float), "track": (str,), "rank": (str,), "weight": (int, float),
}  # fmt: skip
_CLOSED: Final = {
    "side": frozenset({"korea", "nato", "both", "ip4"}),
    "track": frozenset(track.value for track in Track),
    "rank": frozenset({"top"}),
    "domain": frozenset(domain.value for domain in Domain) | {"interoperability"},
    "stage": frozenset(stage.value for stage in Stage),
}
_TELLING: Final = 0.8  # substance from which a term alone makes an item worth reading
_SHORT_CJK: Final = 2
_SHORT_LATIN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What is looked for, whatever the language; `config/lexicon/concepts.toml` says what the fields mean."""

    name: str
    side: str = ""
    substance: float = 0.0
    track: Track | None = None
    rank: str = ""
    weight: float = 0.0


class Lexicon:
    """All words of all languages in one matcher; `version` is the hash of the files' contents."""

    def __init__(self, concepts: Mapping[str, Concept], terms: tuple[Term, ...], version: str) -> None:
        self.concepts = concepts
        self.terms = terms
        self.version = version
        self.languages = frozenset(term.language for term in terms)
        sided = frozenset(name for name, concept in concepts.items() if concept.side)
        contrary = frozenset(name for name in concepts if name.startswith(("contrary:", "hedge:")))
        telling = frozenset(name for name, concept in concepts.items() if concept.side in {"nato", "both", "ip4"})
        telling |= frozenset(name for name, concept in concepts.items() if concept.substance >= _TELLING)
        self._matcher = Matcher(
            terms, sided=sided, outlasting=sided | {"relation"}, covering=sided | contrary, telling=telling
        )

    def members(self, *groups: str) -> tuple[str, ...]:
        """Return the concepts of groups, each given with its colon: "place:" has "place:washington"."""
        return tuple(name for name in self.concepts if name.startswith(groups))

    def interesting(self, text: str) -> bool:
        """Whether a text can name the alliance or our subject at all: the first, quick question to most headlines."""
        return self._matcher.may_tell(text)

    def find(self, text: str, language: str = "") -> tuple[Hit, ...]:
        """Find every term in one text, ordered by place; what a longer name covers is left out.

        With a language, words are those of that language, English and Korean; names are those of all.
        """
        return self._matcher.find(text, frozenset({language, "en", "ko"}) if language in self.languages else None)


def load(folder: Path) -> Lexicon:
    """Read a lexicon folder. Raises ConfigError (file, concept, term, reason, mend) before anything is matched."""
    folder = folder.resolve() if folder.is_symlink() else folder  # several configurations may share one lexicon
    declarations = folder / DECLARATIONS
    files = sorted(path for path in folder.glob("*.toml") if path.name != DECLARATIONS)
    return _compiled(tuple((path, _bytes(path)) for path in (declarations, *files)))


@lru_cache(maxsize=2)  # half a second each; a service and a replay ask for the same files again and again
def _compiled(contents: tuple[tuple[Path, bytes], ...]) -> Lexicon:
    (declarations, declared), *files = contents
    concepts = _concepts(declarations, _table(declarations, declared))
    terms = tuple(term for path, raw in files for term in _terms(path, _table(path, raw), concepts))
    if not terms:
        mend = "Add en.toml or ko.toml with terms"
        raise ConfigError(file=str(declarations.parent), reason="no language file has any term", mend=mend)
    digest = hashlib.blake2b(digest_size=6)
    for path, raw in contents:
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
    return Lexicon(concepts, terms, digest.hexdigest())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        mend = "Copy the file that came with Konato"
        raise ConfigError(file=str(path), reason=f"cannot be read ({problem.strerror})", mend=mend) from problem


def _table(path: Path, raw: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(raw.decode())
    except ValueError as problem:
        mend = "Mend the line that it names, or copy the file that came with Konato"
        raise ConfigError(file=str(path), reason=f"cannot be read as TOML ({problem})", mend=mend) from problem


def _flat(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Walk a file's tables: a group's entries as "group:name", the rest by their own names."""
    for key, value in table.items():
        if key in GROUPS and isinstance(value, dict):
            yield from ((f"{key}:{name}", entry) for name, entry in value.items())
        else:
            yield key, value


def _concepts(path: Path, table: Mapping[str, object]) -> dict[str, Concept]:
    concepts = {name: _concept(path, name, fields) for name, fields in _flat(table)}
    for name in sorted(CORE - concepts.keys()):
        mend = f"Declare it, if only as `{name} = {{}}`"
        raise ConfigError(file=str(path), table=name, reason="the rules need this concept", mend=mend)
    return concepts


def _concept(path: Path, name: str, fields: object) -> Concept:
    if not isinstance(fields, dict):
        raise ConfigError(file=str(path), table=name, reason="is no table", mend="Write it as { side = … } or {}")
    group, _, rest = name.partition(":")
    if rest and rest not in _CLOSED.get(group, {rest}):
        mend = f"Use one of {', '.join(sorted(_CLOSED[group]))}"
        raise ConfigError(file=str(path), table=name, reason=f"is no {group} that the tables know", mend=mend)
    for key, value in fields.items():
        if key not in _FIELDS or not isinstance(value, _FIELDS[key]) or isinstance(value, bool):
            mend = f"A concept has {', '.join(_FIELDS)}: texts, and two numbers"
            raise ConfigError(file=str(path), table=name, key=key, reason=f"{value!r} does not belong here", mend=mend)
        if key in _CLOSED and value not in _CLOSED[key]:
            mend = f"Use one of {', '.join(sorted(_CLOSED[key]))}"
            raise ConfigError(file=str(path), table=name, key=key, reason=f"{value!r} is unknown", mend=mend)
    track = Track(fields["track"]) if "track" in fields else None
    return Concept(**{**fields, "name": name, "track": track})


def _terms(path: Path, table: Mapping[str, object], concepts: Mapping[str, Concept]) -> Iterator[Term]:
    seen: dict[tuple[str, str], str] = {}
    language = path.stem
    for concept, entries in _flat(table):
        if concept not in concepts:
            mend = f"Correct its spelling, or declare it in {DECLARATIONS}"
            raise ConfigError(file=str(path), table=concept, reason="is an unknown concept", mend=mend)
        if not isinstance(entries, list):
            raise ConfigError(file=str(path), table=concept, reason="is no list of terms", mend='Write ["…", "…"]')
        for entry in entries:
            term = _term(path, concept, entry, language)
            identity = (term.key, term.text if term.case else "")
            if identity in seen:
                mend = "Keep one of the two: spaces, hyphens and case make no other term"
                reason = f"is a duplicate: {seen[identity]} has it already"
                raise ConfigError(file=str(path), table=concept, key=term.text, reason=reason, mend=mend)
            seen[identity] = concept
            yield term


def _term(path: Path, concept: str, entry: object, language: str) -> Term:
    fields = {"term": entry} if isinstance(entry, str) else entry
    if not isinstance(fields, dict) or not isinstance(fields.get("term"), str):
        mend = 'Write "…" or { term = "…", word = true }'
        raise ConfigError(file=str(path), table=concept, key=repr(entry), reason="is no term", mend=mend)
    raw = fields.pop("term")
    for key, value in fields.items():
        if key not in _GUARDS or not isinstance(value, _GUARDS[key]):
            mend = f"A term's guards are {', '.join(_GUARDS)}: true or false, or a list of texts"
            raise ConfigError(
                file=str(path), table=concept, key=raw, reason=f"{key} = {value!r} is no guard", mend=mend
            )
    text = raw.strip("*")
    folded = fold(text)
    if not folded.text:
        raise ConfigError(file=str(path), table=concept, key=repr(raw), reason="is empty", mend="Remove it")
    _refuse_trap(path, concept, raw, folded.text, guarded=bool(fields) or raw.startswith("*"))
    return Term(
        text=text,
        concept=concept,
        language=language,
        key=folded.text,
        breaks=() if text.isalnum() else _breaks(folded),
        open_end=raw.endswith("*"),
        case=bool(fields.get("case")),
        word=bool(fields.get("word")),
        not_after=tuple(fold(text).text for text in fields.get("not_after", ())),
        not_before=tuple(fold(text).text for text in fields.get("not_before", ())),
    )


def _breaks(folded: Folded) -> tuple[tuple[int, int], ...]:
    return tuple((i, gap) for i in range(1, len(folded.text)) if (gap := folded.gap(i)))


def _refuse_trap(path: Path, concept: str, raw: str, key: str, *, guarded: bool) -> None:
    """Refuse a term so short that longer words contain it (방산 in 지방산, STO), unless it states a guard."""
    if guarded or len(key) > max(_SHORT_CJK, _SHORT_LATIN):
        return
    cjk, latin = all(map(is_cjk, key)), all(map(is_latin, key))
    if not (cjk and len(key) <= _SHORT_CJK) and not latin:
        return
    mend = f'Say `word = true`, `not_after = […]` or "*{raw}"' if cjk else "Say `case = true`, as for an acronym"
    raise ConfigError(file=str(path), table=concept, key=raw, reason="is a substring trap without a guard", mend=mend)

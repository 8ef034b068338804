"""What is looked for, whatever the language: `concepts.toml`, and every name in it that code asks for.

A rule names a concept by its string; a test holds each such string to stand in CORE, and no lexicon is taken in which
one of CORE is undeclared or has no term.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from extractors.model import ConfigError
from extractors.story import Domain, Stage, Track
from extractors.tables import Keys, Table, choice, choices, share
from extractors.words.terms import expand

GROUPS: Final = frozenset({
    "project", "posting", "agency", "office", "company", "person", "country", "place", "domain", "stage", "hedge",
    "contrary",
})  # fmt: skip
"""A name is its own ("korea"), or of a group ("stage:held")."""
ACTORS: Final = ("person:", "office:", "agency:", "company:", "country:")
"""The groups of who acts."""
MEANINGS: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(lines)
    for name, lines in tomllib.loads(Path(__file__).with_name("meanings.toml").read_text("utf-8")).items()
}
"""What rules ask for by words of its own; the head of meanings.toml says how."""
_KINDS: Final = ("side:", "top:", "sure:")
_MEANT: Final = {word for lines in MEANINGS.values() for line in lines for word in re.findall(r"[a-z0-9_:]+", line)}
CORE: Final = frozenset({
    "call", "ministerial", "also", "parties", "agency:ac135", "place:seoul", *expand("posting:{office,official}"),
    *expand("project:{high_visibility,multinational,nato_project,support_partnership}"),
    *expand("office:{adviser,assembly,minister,mnd,national_security_office,nato_asg,nato_hq,president}"),
    *(f"domain:{domain}" for domain in Domain), *(f"stage:{stage}" for stage in Stage if stage != Stage.OTHER),
    *expand("hedge:{absent,courtesy,declined,principle,tail}"), *expand("contrary:{exercise,token}"),
    *(word for word in _MEANT - MEANINGS.keys() if not word.startswith(_KINDS) and word[-1] != ":"),
})  # fmt: skip
"""The concepts that rules ask for by name."""
_CLOSED: Final = {
    "domain": frozenset(domain.value for domain in Domain) | {"interoperability"},
    "stage": frozenset(stage.value for stage in Stage),
}
"""Groups whose names are those of the published tables."""
_FIELDS: Final[Keys] = {
    "side": choice("korea", "nato", "both", "ip4"), "substance": share, "rank": choice("top"), "weight": share,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One thing that words stand for; the head of concepts.toml says what the fields mean."""

    name: str
    side: str = ""
    substance: float = 0.0
    track: Track | None = None
    rank: str = ""
    weight: float = 0.0

    @property
    def kinds(self) -> tuple[str, ...]:
        """The words of meanings.toml that stand for it beside its name and its group."""
        sure = f"sure:{self.track}" if self.substance == 1 else ""
        return f"side:{self.side}", f"{self.rank}:{self.side}", sure


def declared(file: str, data: Mapping[str, object]) -> tuple[Mapping[str, Concept], Mapping[Track, tuple[str, ...]]]:
    """Read the tables of concepts.toml: all concepts by name; the tracks in order of precedence, each with its anchors.

    Raises ConfigError (file, concept, reason, mend).
    """
    data = dict(data)
    tracks = _tracks(file, data.pop("track", {}))
    concepts = {name: _concept(Table(file=file, name=name, data=fields), tracks) for name, fields in flat(data)}
    for name in sorted(CORE - concepts.keys()):
        mend = f"Declare it, if only as `{name.rpartition(':')[2]} = {{}}`"
        raise ConfigError(file=file, table=name, reason="the rules need this concept", mend=mend)
    for track, anchors in tracks.items():
        for anchor in anchors:
            if not any(name == anchor or (anchor[-1] == ":" and name.startswith(anchor)) for name in concepts):
                mend = "Name a concept, or a group with its colon"
                raise ConfigError(file=file, table="track", key=track, reason=f"{anchor!r} is no concept", mend=mend)
    return concepts, tracks


class Named(dict[tuple[str, ...], frozenset[str]]):
    """The concepts that rules mean by words, as meanings.toml has them; each is worked out when first asked for."""

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self._concepts = concepts
        self._meanings = {name: tuple(map(self._line, lines)) for name, lines in MEANINGS.items()}

    def __missing__(self, words: tuple[str, ...]) -> frozenset[str]:
        self[words] = frozenset(name for word in words for name in self._members(word))
        return self[words]

    def _members(self, word: str) -> Iterable[str]:
        if word in MEANINGS:
            return self[MEANINGS[word]]
        if word.startswith(_KINDS):
            return (name for name, one in self._concepts.items() if word in one.kinds)
        return (name for name in self._concepts if name == word or (word[-1] == ":" and name.startswith(word)))

    def _line(self, line: str) -> tuple[tuple[bool, frozenset[str]], ...]:
        signs, words = line.split()[1::2], line.split()[::2]
        return tuple((sign == "+", self[tuple(one.split("|"))]) for sign, one in zip(("+", *signs), words, strict=True))

    def hold(self, meaning: str, told: AbstractSet[str]) -> bool:
        """Whether concepts that are told together have a meaning."""
        return any(all(wanted is not one.isdisjoint(told) for wanted, one in line) for line in self._meanings[meaning])


def flat(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Walk a file's tables: a group's entries as "group:name", the rest by their own names."""
    for key, value in table.items():
        if key in GROUPS and isinstance(value, dict):
            yield from ((f"{key}:{name}", entry) for name, entry in value.items())
        else:
            yield key, value


def _tracks(file: str, data: object) -> dict[Track, tuple[str, ...]]:
    table = Table(file=file, name="track", data=data)
    named = tuple(data) if isinstance(data, dict) else ()
    for name in named:
        if re.fullmatch(r"[a-z][a-z0-9_]*", name) is None:
            raise table.error(name, "is no name of a track", "Write it in small letters, digits and _")
    found = cast("dict[str, tuple[str, ...]]", table.read(dict.fromkeys(named, choices())))
    tracks = {Track(name): anchors for name, anchors in found.items()}
    if tuple(track for track in tracks if track in tuple(Track)) != tuple(Track) or named[-1] != tuple(Track)[-1]:
        mend = f"Keep {', '.join(Track)} in this order, the last at the end"
        raise table.error("", "lacks or turns round tracks that the contract names", mend)
    return tracks


def _concept(table: Table, tracks: Mapping[Track, tuple[str, ...]]) -> Concept:
    group, _, rest = table.name.partition(":")
    if rest and rest not in _CLOSED.get(group, {rest}):
        raise table.error("", f"is no {group} that the tables know", f"Use one of {', '.join(sorted(_CLOSED[group]))}")
    found = table.read({**_FIELDS, "track": choice(*tracks)})
    return Concept(name=table.name, **found)  # type: ignore[arg-type]  # each by its key's reader

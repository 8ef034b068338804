"""OPML 2.0, in which feed readers hand each other their lists: read into [[feed]] tables, and written from feeds.

Of an outline count `xmlUrl`, `text` or `title`, `htmlUrl`, `language`, `category`, in any case, and the keys that
Konato itself wrote (`konato:every`, …). Folders and categories become comments. Source: http://opml.org/spec2.opml
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final, TypeAlias
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape, quoteattr

from extractors.model import ConfigError, Feed, PollError
from extractors.read.decode import decode
from extractors.tables import FaultError, Table
from flows.configure.tables import FEED, read_feed
from flows.configure.values import language, same_address, written

Data: TypeAlias = dict[str, object]
Folded: TypeAlias = tuple[str, Data]  # a folder's name, and a [[feed]] table that stood in it
OURS: Final = "konato:"
NAME: Final = 60  # characters of a title that become a feed's name
DEEPEST: Final = 100  # outlines in outlines
HEAD: Final = (
    "#:schema ../schema/feeds.json\n# {count} feeds from {file}; all that feeds.toml may say may be said here.\n"
)
_ILLEGAL: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)(?:\w+;)?|[\0-\x08\x0b\x0c\x0e-\x1f]")
_SITE: Final = re.compile(r"https?://(?:www\.)?([^\s/?#:@]+)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^feed:(?://)?(https?:)?", re.IGNORECASE)  # as browsers hand an address to a reader


@dataclass(slots=True, kw_only=True)
class Outline:
    """One outline of a file."""

    line: int
    has: dict[str, str]  # its attributes, by their names in lower case
    folders: tuple[str, ...]  # the outlines around it
    hidden: bool  # "commented out", it or a folder around it
    leaf: bool = True

    @property
    def title(self) -> str:
        """What people call it; "" for nothing."""
        return self.has.get("text") or self.has.get("title") or ""


def imported(path: Path, raw: bytes, known: Sequence[Feed], *, speaks: str) -> tuple[list[Folded], list[str]]:
    """Read what the file `path` held; a feed that names no language speaks the one given.

    Returns the feeds, and a line for all that was not taken, with the reason: what is `known` by its address, too.
    Raises ConfigError where the file is no OPML.
    """
    feeds, left, names = list[Folded](), list[str](), {feed.name: 1 for feed in known}
    there = {same_address(feed.url): f"is known already, as {feed.name}" for feed in known}
    for one in _outlines(path, raw):
        where, faults = f"line {one.line}, {one.title!r}", list[ConfigError]()
        if "xmlurl" not in one.has:
            left += [f"{where}: holds no address of a feed (xmlUrl)"] if one.leaf else []
            continue
        said = one.has.get("language", "")
        data = _data(one, _code(said) or speaks)
        feed = read_feed(Table(file=str(path), name=where, data=data, faults=faults))
        why = "; ".join(f"{fault.key}: {fault.reason}. {fault.mend}" for fault in faults)
        if why := "is commented out" if one.hidden else why or there.get(same_address(feed.url), ""):
            left.append(f"{where}: {why}")
            continue
        if said and not _code(said):
            left.append(f"{where}: only its language: {said!r} is no code; the feed is taken as one in {speaks!r}")
        data["name"] = _named(feed.name, names)
        there[same_address(feed.url)] = f"has the address of line {one.line}"
        feeds.append((" / ".join(filter(None, (*one.folders, one.has.get("category")))), data))
    return feeds, left


def in_toml(file: str, feeds: Sequence[Folded]) -> str:
    """Return the feeds as a file of the folder `feeds`."""
    lines, before = [HEAD.format(file=file, count=len(feeds))], ""
    for folder, data in feeds:
        lines += [f"# --- {folder or 'in no folder'}\n"] if folder != before else []
        lines += ["[[feed]]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()), ""]
        before = folder
    return "\n".join(lines).replace("\x7f", "\\u007f")  # which TOML wants escaped, and JSON does not


def in_opml(feeds: Iterable[Feed]) -> Iterator[str]:
    """Yield the lines of an OPML file of which `imported` makes the same feeds again."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0" xmlns:konato="urn:konato:feed">'
    yield "<head><title>Konato</title></head>\n<body>"
    for feed in feeds:
        has = {"type": "rss", "text": feed.name, "xmlUrl": feed.url, "language": feed.language}
        usual = Feed(name=feed.name, url=feed.url, outlet=feed.name, language=feed.language)
        has |= {OURS + key: written(value) for key in FEED if (value := getattr(feed, key)) != getattr(usual, key)}
        has |= {OURS + "every": written(feed.every)} if feed.kept else {}
        yield f"<outline {' '.join(f'{name}={quoteattr(value)}' for name, value in has.items())}/>"
    yield "</body>\n</opml>"


def _outlines(path: Path, raw: bytes) -> list[Outline]:
    """Return all outlines, in order. An entity is a character or its own name: none is ever expanded."""
    found, around, root, parser = list[Outline](), list[Outline](), list[str](), ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        root.append(tag.lower())
        del root[1:]
        if tag.lower() != "outline":
            return
        if len(around) > DEEPEST:
            mend = "Flatten its folders."
            raise ConfigError(file=str(path), reason=f"nests outlines more than {DEEPEST} deep", mend=mend)
        has = {name.lower(): " ".join(value.split()) for name, value in attributes.items() if value.strip()}
        hidden = has.get("iscomment", "").lower() == "true" or any(one.hidden for one in around)
        folders = tuple(one.title for one in around if one.title)
        for one in around[-1:]:
            one.leaf = False
        around.append(Outline(line=parser.CurrentLineNumber, has=has, folders=folders, hidden=hidden))
        found.append(around[-1])

    def end(tag: str) -> None:
        if tag.lower() == "outline":
            around.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(_ILLEGAL.sub(_mended, decode(raw, "")), True)
    except (ExpatError, PollError) as error:
        mend = "Mend it there, or export the list anew."
        raise ConfigError(file=str(path), reason=f"is no readable XML ({error})", mend=mend) from None
    if root != ["opml"]:
        mend = "Export your subscriptions as OPML; `konato feeds test URL` tries a single feed."
        raise ConfigError(file=str(path), reason=f"is no OPML but <{root[0][:40]}>", mend=mend)
    return found


def _mended(illegal: re.Match[str]) -> str:
    """Make XML of what exporters forget to escape: a bare "&", HTML's entities, control characters."""
    return " " if illegal[0] < " " else escape(unescape(illegal[0]), {'"': "&quot;"})


def _data(one: Outline, speaks: str) -> Data:
    """Return an outline's [[feed]] table; its outlet is the site's host, where one is named."""
    site, url = _SITE.match(one.has.get("htmlurl", "")), one.has["xmlurl"]
    url = _SCHEME.sub(lambda scheme: scheme[1] or "http://", url)
    data: Data = {"name": one.title or url, "url": url, "language": speaks}
    data |= {"outlet": site[1].lower()} if site else {}
    ours = {key.removeprefix(OURS): value for key, value in one.has.items() if key.startswith(OURS)}
    return data | {key: {"true": True, "false": False}.get(value, value) for key, value in ours.items()}


def _code(said: str) -> str:
    """Return the language that a locale such as "en-us" begins with, "" for none."""
    with suppress(FaultError):
        return language(re.split("[-_]", said.lower())[0])
    return ""


def _named(title: str, names: dict[str, int]) -> str:
    """Return the title, numbered where a feed has it for its name already, and note the name."""
    name = plain = title[:NAME].strip()
    while name in names:
        names[plain] = names.get(plain, 1) + 1
        name = f"{plain} {names[plain]}"
    names[name] = 1
    return name

"""Markup read by one scan: elements by their names, whatever is amiss around them, in time linear in the text.

No parser of XML, so that one reader serves well-formed feeds and all others: nothing is expanded, nothing loaded;
comments, declarations and elements that nobody asks for are passed over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import chain

from extractors.model import OutcomeKind, PollError
from extractors.read.kinds.document import within

MAX_TAGS = 500_000  # of a body; the largest real feed has half
MAX_TEXT = 11_000_000  # characters of a body: read, they take 200 MB at the worst
MOST = 5_000  # elements that are read of one part
MOST_OPEN = 100  # spellings of elements without an end: beyond them no end is looked for
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML 1.0 §2.2
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?>", re.IGNORECASE)  # of an encoding: the text is read by now
_QUOTED_LT, _QUOTED_AMP = "\ufffe\uffff"  # what CDATA quotes, meanwhile: no text has these
_ASIDE = re.compile(r"<!--(?:.*?-->|(?P<open>.*))|<!\[CDATA\[(?:(?P<quoted>.*?)\]\]>|(?P<cut>.*))", re.DOTALL)
_DOCTYPE = re.compile(r"(?:\s*<[?!](?!DOCTYPE)[^>]{0,300}>)?\s*<!DOCTYPE[^\[>]{0,300}\[[^\]]{0,20000}\]", re.IGNORECASE)
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]{1,40})\s+["']([^"'<&%]{1,100})["']\s*>""")
MAX_EXPANDED = 20_000  # references of a body to what it declares itself
_START = re.compile(  # a tag, whatever its quotes; and what stands within where that is mere text
    r"""<([\w.-]++(?::[\w.-]++)?+)(?=[\s/>])((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+|[^<>]*+)>(?:([^<]*+)</\1)?+"""
)
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_DECLARED = re.compile(r"""xmlns:([\w.-]{1,40})\s*=\s*["']([^"'<>]*)["']""", re.IGNORECASE)
_MOST_DECLARED = 1_000
_REFERENCE = re.compile(r"&(?!amp;)(?:#[0-9]{1,8}|#x[0-9a-f]{1,7}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!]", re.IGNORECASE)


Element = tuple[str, str, str]
"""An element's name with the usual prefix, what stands in its tag behind it, and what stands within, as written."""


class Markup:
    """A text whose elements of some names are asked for. Raises PollError beyond the bounds above.

    Names are in lower case, with the prefix that their vocabulary has here; `vocabularies` gives that prefix, with its
    colon, by a namespace's address in lower case. Of undeclared prefixes the usual ones mean the same.
    """

    def __init__(self, text: str, *, names: Iterable[str], vocabularies: Mapping[str, str]) -> None:
        for what, number, bound in (("tags", text.count("<"), MAX_TAGS), ("characters", len(text), MAX_TEXT)):
            if number > bound:
                raise PollError(OutcomeKind.TOO_LARGE, f"{number:,} {what}, more than {bound:,}")
        # What parsers can read.
        self.written = _DECLARATION.sub("", _FORBIDDEN.sub("", text), 1).lstrip("\ufeff \t\r\n")
        self.text = _ASIDE.sub(_aside, _expanded(self.written))
        self.unclosed = 0
        usual = {"": "", "atom:": ""} | {prefix: prefix for prefix in vocabularies.values()}  # some declare it wrongly
        declared = ((f"{name.lower()}:", uri.lower()) for name, uri in _DECLARED.findall(self.text)[:_MOST_DECLARED])
        self._prefixes = usual | {prefix: vocabularies.get(uri, usual.get(prefix, "?")) for prefix, uri in declared}
        self._names, self._known = frozenset(names), dict[str, str]()

    def parts(self, names: str, most: int) -> tuple[str, list[str]]:
        """Return what stands outside of all elements of these names, and each from behind its name up to its end.

        Raises PollError for more than `most` of them.
        """
        opening, closing = (
            re.compile(rf"{mark}(?:[\w.-]+:)?(?:{names}){after}", re.IGNORECASE)
            for mark, after in (("<", r"(?=[\s/>])"), ("</", r"\s*>"))
        )
        head, *found = opening.split(self.text)
        within(len(found), most)
        ends = [closing.split(part, maxsplit=1) for part in found]
        return "".join([head, *chain.from_iterable(tail for _, *tail in ends)]), [part for part, *_ in ends]

    def elements(self, part: str) -> Iterator[Element]:
        """Yield the elements that are asked for, none of them within another; one that never ends, up to the next."""
        at, lost = 0, set[str]()
        for _ in range(MOST):
            if not (start := _START.search(part, at)):
                break
            written, tag, text = start.groups()
            begin = at = start.end(2) + 1
            if not (name := self._name(written)):
                continue
            if tag[-1:] == "/":
                text = ""
            elif text is None:
                at = self._end(part, written, at, lost)
                text = part[begin:at]
            else:
                at += len(text)
            yield name, tag, text
        self.unclosed += len(lost)

    def _name(self, written: str) -> str:
        """Return what an element as written is called here, "" where nobody asks for it."""
        if written not in self._known:
            prefix, colon, local = written.lower().rpartition(":")
            name = self._prefixes.get(prefix + colon, "?") + local
            self._known[written] = name if name in self._names else ""
        return self._known[written]

    def _end(self, part: str, written: str, at: int, lost: set[str]) -> int:
        """Return where an element ends; what has none once has none behind it."""
        end = -1 if written in lost or len(lost) > MOST_OPEN else part.find(f"</{written}", at)
        if end >= 0:
            return end
        lost.add(written)
        following = (start for start in _START.finditer(part, at) if ":" in start[1] or self._name(start[1]))
        return next((start.start() for start in following), len(part))


def said(inner: str) -> str:
    """Return what an element says: decoded, or where it holds markup of its own, that markup."""
    inner = inner.strip()
    text = inner if "<" in inner and _TAG.search(inner) else decoded(inner)
    return text.replace(_QUOTED_LT, "<").replace(_QUOTED_AMP, "&")


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes that stand in a tag, by name in lower case, decoded."""
    return {name.lower(): decoded("".join(values).strip()) for name, *values in _ATTRIBUTE.findall(tag)}


def decoded(text: str) -> str:
    """Return a text with its references undone; one to what is no character, or that does not end, says nothing."""
    if "&" not in text:
        return text
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')  # nearly all that there are
    return _REFERENCE.sub(_character, text).replace("&amp;", "&")


def _character(reference: re.Match[str]) -> str:
    return unescape(reference[0]).strip("\ufffd").replace("&", "&amp;")


def _expanded(text: str) -> str:
    """Replace the names that a document declares itself, where what they stand for is short and holds no other."""
    doctype = _DOCTYPE.match(text)
    names = dict(_ENTITY.findall(doctype[0])) if doctype else {}
    if not names or not doctype or text.count("&") > MAX_EXPANDED:
        return text
    return doctype[0] + re.sub(r"&([\w.-]{1,40});", lambda name: names.get(name[1], name[0]), text[doctype.end() :])


def _aside(found: re.Match[str]) -> str:
    """Take a comment away, quote what CDATA quotes; where one never ends, only its beginning goes."""
    if (quoted := found["quoted"]) is not None:
        return quoted.replace("<", _QUOTED_LT).replace("&", _QUOTED_AMP)
    return (found["open"] or found["cut"] or "").replace("<!--", "").replace("<![CDATA[", "").replace("]]>", "")

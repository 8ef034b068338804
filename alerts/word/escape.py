"""What a feed wrote, made readable and inert: once for every medium, then for each.

Sources: Slack's "Formatting text for app surfaces" (only & < > need escaping; `<!…>`, `<@…>` mention),
Unicode TR36 and TR39 (bidi controls, invisible characters).
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

TITLE_MAX = 300  # characters; no real headline is longer, and a subject of 10,000 is an attack
URL_MAX = 8000  # characters that may be linked: as many as RFC 9110, section 4.1, wants every recipient to take
TEXT_MAX = 700  # of a sentence or a reason
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")  # fillers that are letters or marks to Unicode
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # controls, bidi and zero-width, surrogates, private, unassigned
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_STACKED = re.compile(f"({_MARK}{{3}}){_MARK}+")
_MENTION = re.compile(r"@(?=(here|channel|everyone|group|all)\b)", re.IGNORECASE)
_ANGLED = re.compile(r"<(?=[@!#])")
# Slack has no escape for its own mark-up.
_SLACK = str.maketrans({"*": "∗", "~": "∼", "`": "ʼ", "|": "¦", "&": "&amp;", "<": "&lt;", ">": "&gt;"})
_RAW = _INVISIBLE | frozenset(""" <>"'|\\^`{}""")
_HOST = re.compile(r"[a-z0-9._:-]+")


def clean(text: str, limit: int = TEXT_MAX) -> str:
    """One line of visible text, at most `limit` characters: no controls, overrides, zero-width or stacked marks."""
    cut = unicodedata.normalize("NFC", text[: limit * 4].encode(errors="ignore").decode())
    kept = (" " if char.isspace() else char for char in cut)
    line = " ".join(_STACKED.sub(r"\1", "".join(filter(_seen, kept))).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _seen(char: str) -> bool:
    return char not in _INVISIBLE and unicodedata.category(char) not in _DROPPED


def plain(text: str) -> str:
    """For plain text: mentions are broken, for services that read mark-up in text."""
    return _ANGLED.sub("‹", _MENTION.sub("＠", text))


def slack(text: str) -> str:
    """For Slack's mrkdwn and its headers: no mention, no link, no formatting of its own."""
    return _MENTION.sub("＠", text).translate(_SLACK)


def link(url: str) -> tuple[str, str]:
    """A URL that may be linked and its host as it will be shown; two empty strings when it may not.

    Only http and https, without user name. A host outside ASCII stands in its encoded form, so that
    a look-alike is seen in plain text too; what no medium may meet raw, or nobody sees, is percent-encoded (RFC 3986).
    """
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
        host = name.encode("idna").decode()
    except ValueError:
        return "", ""
    unsafe = len(url) > URL_MAX or not url.casefold().startswith(f"{parts.scheme}://{parts.netloc.casefold()}")
    if unsafe or parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return "", ""
    shown = url if name.isascii() else url.replace(parts.netloc, parts.netloc.lower().replace(name, host), 1)
    return "".join(quote(c, errors="replace") if c in _RAW or not c.isprintable() else c for c in shown), host

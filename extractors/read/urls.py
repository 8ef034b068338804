"""Which article a URL means: its canonical form, and the publisher's own article id where one shows.

Both are for comparing, not for fetching: the canonical form names the article whatever the scheme, host
variant, query order or campaign of the link. A wrong merge loses an item and a wrong split only repeats
one, so whatever is not known to be decoration stays.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

from extractors.read.walls import patterns

MAX_URL = 2_000  # characters; a longer one is no article's, and stays as it is

_TRACKING = patterns("tracking.txt")  # query parameters that say how a reader came, never which article
_KNOWN: dict[str, str] = tomllib.loads(Path(__file__).with_name("urls.toml").read_text("utf-8"))
_FORMS = {name: re.compile(form) for name, form in _KNOWN.items()}
SERIAL = 5  # digits from which a number in a path is an article's and no page's, volume's or year's
_URL = re.compile(
    r"https?://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:@\[\]\s]+):?(\d*)(?=[/?#]|$)([^?#]*)\??([^#]*)(#!?/.+)?",
    re.IGNORECASE,
)
_SAFE = re.compile(r"[\w/:@!$&'()*+,;=~.\[\]|-]*", re.ASCII)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """Return the form of `url` that equal articles share; idempotent, never raises.

    What has no http(s) scheme and host comes back stripped, otherwise as it is.
    """
    url = url.strip()
    url = url if url.isprintable() else re.sub(r"[\t\r\n]", "", url)
    url = unwrapped(url) if len(url) <= MAX_URL else url
    match = _URL.match(url)
    if match is None or len(url) > MAX_URL:
        return url
    host, port, path, query, route = match.groups(default="")
    host = host.lower().rstrip(".")
    while variant := _FORMS["host_variant"].match(host):
        host = host[variant.end() :]
    if port and port not in {"80", "443"}:
        host += f":{port}"
    if "//" in path or ";" in path or "mp" in path:
        path = _FORMS["amp_path"].sub("", re.sub(r"/{2,}", "/", _FORMS["session"].sub("", path)))
    query = _query(query) if query else ""
    # A fragment is a place in the page, except where it is the page: "#/news/1".
    place = f"https://{host}{_escaped(path).rstrip('/')}"
    return place + (f"?{query}" if query else "") + (f"#{_escaped(route[1:])}" if route else "")


def unwrapped(url: str) -> str:
    """Return the URL that a redirector's, a cache's or a doubled base's leads to, any other as it is."""
    low = url.lower()
    odd = ("http" in low[4:] or "amp" in low) and _FORMS["wrapper"].search(low, 4)
    for _ in range(4 if odd else 0):  # wrappers within wrappers end somewhere
        if match := _FORMS["nested"].match(url):
            inner = re.sub(r"^(https?:)/+", r"\1//", match.group(1), flags=re.IGNORECASE)
        elif match := _FORMS["amp_cache"].match(url):
            inner = f"https://{match.group(1)}"
        elif (match := _FORMS["target"].search(url)) and _FORMS["redirector"].search(
            url.split("/")[2] if url.count("/") > 1 else ""
        ):
            inner = unquote(match.group(1))
        else:
            break
        url = inner
    return url


@lru_cache(maxsize=4096)
def article_id(url: str) -> str | None:
    """Return the publisher's own id of the article at `url`, unique within one outlet, None without one."""
    if len(url) > MAX_URL:
        return None
    url = canonical(url)
    if match := _FORMS["agency"].search(url) or _FORMS["arc"].search(url):
        return match.group(1)
    host = url.removeprefix("https://").partition("/")[0].partition("?")[0]
    if match := _FORMS["numbered"].search(url):
        return f"{host}?{match.group(1).lower()}"
    if match := _FORMS["post"].match(url):
        return f"{host}?p={match.group(2)}"
    if match := _FORMS["article"].match(url):
        numbers = [
            n
            for n in (segment.partition(".")[0] for segment in match.group(2).split("/"))
            if _FORMS["number"].fullmatch(n)
        ]
        if any(len(n) >= SERIAL and not _FORMS["date"].fullmatch(n) for n in numbers):
            return f"{host}/article/{'/'.join(numbers)}"
    return None


def without_slug(url: str) -> str:
    """Return the canonical `url` without the title that stands next to a serial number in its path.

    Weaker than an id: the number may be a section's. Who uses it checks that it tells articles apart.
    """
    if len(url) > MAX_URL:
        return url
    base, question, query = canonical(url).partition("?")
    head, _, last = base.rpartition("/")
    before, _, previous = head.rpartition("/")
    if _is_serial(previous) and not _is_serial(last) and re.search(r"[-_%]", last):
        base = head
    elif _is_serial(last) and previous.count("-") > 1:
        base = f"{before}/{last}"
    elif ((match := _FORMS["leading"].match(last)) and not _FORMS["date"].fullmatch(match.group(1))) or (
        (match := _FORMS["trailing"].fullmatch(last))
        and not _FORMS["date"].fullmatch(match.group(1))
        and not match.group(1).endswith("000")
    ):
        base = f"{head}/{match.group(1)}"
    return base + question + query


def _is_serial(segment: str) -> bool:
    return bool(_FORMS["serial"].fullmatch(segment)) and not _FORMS["date"].fullmatch(segment)


def _query(query: str) -> str:
    """Sort what identifies, drop what tracks; the title goes where a number stays."""
    pairs = {}
    for piece in query.replace("&amp;", "&").split("&"):
        name, _, value = piece.partition("=")
        low = name.lower()
        if (
            piece
            and not _TRACKING.fullmatch(low)
            and (not _FORMS["origin"].fullmatch(low) or re.search(r"\d", unquote(value)))
        ):
            pairs[_escaped(piece)] = low
    if any(not _FORMS["title"].fullmatch(low) and re.search(r"\d", piece) for piece, low in pairs.items()):
        pairs = {piece: low for piece, low in pairs.items() if not _FORMS["title"].fullmatch(low)}
    return "&".join(sorted(pairs))


def _escaped(text: str) -> str:
    """Write every character in its one escaped form (RFC 3986 §6.2.2)."""
    if _SAFE.fullmatch(text):
        return text
    text = re.sub(r"%(?![0-9a-fA-F]{2})", "%25", text)
    text = _ESCAPE.sub(lambda m: _plain(m.group(1)), text)
    return quote(text, safe="/%:@!$&'()*+,;=~-._[]|", errors="replace")


def _plain(digits: str) -> str:
    char = chr(int(digits, 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else f"%{digits.upper()}"

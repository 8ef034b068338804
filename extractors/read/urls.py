"""Which article a URL means: its canonical form, and the publisher's own article id where one shows.

Both are for comparing, not for fetching: the canonical form names the article whatever the scheme, host
variant, query order or campaign of the link. A wrong merge loses an item and a wrong split only repeats
one, so whatever is not known to be decoration stays.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from extractors.read.walls import patterns

MAX_URL = 2_000  # characters; a longer one is no article's, and stays as it is

_TRACKING = patterns("tracking.txt")  # query parameters that say how a reader came, never which article
# Decoration when the value is a word without digits: `input=rss`, `from=rss`, `ref=main`, `outputType=amp`.
_ORIGIN = re.compile(r"input|from|ref|referr?er|rss|source|src|via|feed|output|outputtype")
SERIAL = 5  # digits from which a number in a path is an article's and no page's, volume's or year's
_TITLE = frozenset({"title", "subject", "headline", "slug"})
_HOST_VARIANT = re.compile(r"(?:www\d*|m\d*|mobile|amp|wap)\.(?=[^.]+\.[^.])")
_WRAPPER = re.compile(r"https?(?::|%3a)|ampproject|/amp")  # in whatever one of these begins with
_REDIRECTOR = re.compile(r"(?:^|\.)(?:bing|google)\.[a-z.]+$")
_TARGET = re.compile(r"[?&](?:url|q|u)=(https?(?::|%3a)[^&]+)", re.IGNORECASE)
_NESTED = re.compile(r"^https?://[^?#]*/(https?:/+[^/?#\s]+\.[^/?#\s]+.*)", re.IGNORECASE | re.DOTALL)
_AMP_CACHE = re.compile(
    r"^https?://(?:[^/]+\.cdn\.ampproject\.org/[a-z]|www\.google\.[a-z.]+/amp)/(?:s/)?(.+)", re.IGNORECASE
)
_AMP_PATH = re.compile(r"(?:^/amp(?=/)|/amp/?$|\.amp(?=\.html?$|$)|Amp(?=\.html$))")
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_URL = re.compile(
    r"https?://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:@\[\]\s]+):?(\d*)(?=[/?#]|$)([^?#]*)\??([^#]*)(#!?/.+)?",
    re.IGNORECASE,
)
_SAFE = re.compile(r"[\w/:@!$&'()*+,;=~.\[\]|-]*", re.ASCII)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")

# Ids that say themselves what they are, wherever they stand: Yonhap's (AEN…, AKR…, ACK…) and its TV's, Newsis's.
_AGENCY = re.compile(r"(?<![A-Za-z0-9])((?:A[A-Z]{2}|MYH|PYH)\d{14,17}|NIS[XI]\d{8}_\d{10})(?![A-Za-z0-9])")
_ARC = re.compile(r"/([A-Z2-7]{26})(?:/|$)")  # Arc Publishing: 128 bits in base 32
# Parameters whose very name says that the value is an article's number.
_NUMBERED = re.compile(
    r"[?&]((?:idxno|newsid|news_id|newsno|news_no|articleid|article_id|articleno|article_no|art_id|artid|arcid)=[^&?\d]*\d[^&]*)",
    re.IGNORECASE,
)
_POST = re.compile(r"^https://([^/?]+)(?:/index\.php)?\?p=(\d+)$")  # WordPress's permanent link
_ARTICLE = re.compile(r"^https://([^/?]+)/(?:[^?]*/)?(?:articles?|arti)/([^?]+)", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z]{0,4}\d+[A-Za-z]?")
_DATE = re.compile(r"(?:19|20)\d{2}(?:[-_]?(?:0?[1-9]|1[0-2])(?:[-_]?(?:0[1-9]|[12]\d|3[01]))?)?")
_SERIAL = re.compile(r"[a-z]{0,2}[-_]?\d{4,}(?:[-_]\d+)*")
_LEADING = re.compile(r"(\d{4,})[-_](?=\D)")
_TRAILING = re.compile(r"\D.*[-_](\d{5,})(?:\.\w+)?")


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
    while variant := _HOST_VARIANT.match(host):
        host = host[variant.end() :]
    if port and port not in {"80", "443"}:
        host += f":{port}"
    if "//" in path or ";" in path or "mp" in path:
        path = _AMP_PATH.sub("", re.sub(r"/{2,}", "/", _SESSION.sub("", path)))
    query = _query(query) if query else ""
    # A fragment is a place in the page, except where it is the page: "#/news/1".
    place = f"https://{host}{_escaped(path).rstrip('/')}"
    return place + (f"?{query}" if query else "") + (f"#{_escaped(route[1:])}" if route else "")


def unwrapped(url: str) -> str:
    """Return the URL that a redirector's, a cache's or a doubled base's leads to, any other as it is."""
    low = url.lower()
    odd = ("http" in low[4:] or "amp" in low) and _WRAPPER.search(low, 4)
    for _ in range(4 if odd else 0):  # wrappers within wrappers end somewhere
        if match := _NESTED.match(url):
            inner = re.sub(r"^(https?:)/+", r"\1//", match.group(1), flags=re.IGNORECASE)
        elif match := _AMP_CACHE.match(url):
            inner = f"https://{match.group(1)}"
        elif (match := _TARGET.search(url)) and _REDIRECTOR.search(url.split("/")[2] if url.count("/") > 1 else ""):
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
    if match := _AGENCY.search(url) or _ARC.search(url):
        return match.group(1)
    host = url.removeprefix("https://").partition("/")[0].partition("?")[0]
    if match := _NUMBERED.search(url):
        return f"{host}?{match.group(1).lower()}"
    if match := _POST.match(url):
        return f"{host}?p={match.group(2)}"
    if match := _ARTICLE.match(url):
        numbers = [
            n for n in (segment.partition(".")[0] for segment in match.group(2).split("/")) if _NUMBER.fullmatch(n)
        ]
        if any(len(n) >= SERIAL and not _DATE.fullmatch(n) for n in numbers):
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
    elif ((match := _LEADING.match(last)) and not _DATE.fullmatch(match.group(1))) or (
        (match := _TRAILING.fullmatch(last))
        and not _DATE.fullmatch(match.group(1))
        and not match.group(1).endswith("000")
    ):
        base = f"{head}/{match.group(1)}"
    return base + question + query


def _is_serial(segment: str) -> bool:
    return bool(_SERIAL.fullmatch(segment)) and not _DATE.fullmatch(segment)


def _query(query: str) -> str:
    """Sort what identifies, drop what tracks; the title goes where a number stays."""
    pairs = {}
    for piece in query.replace("&amp;", "&").split("&"):
        name, _, value = piece.partition("=")
        low = name.lower()
        if piece and not _TRACKING.fullmatch(low) and (not _ORIGIN.fullmatch(low) or re.search(r"\d", unquote(value))):
            pairs[_escaped(piece)] = low
    if any(low not in _TITLE and re.search(r"\d", piece) for piece, low in pairs.items()):
        pairs = {piece: low for piece, low in pairs.items() if low not in _TITLE}
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

"""Which text the bytes of a feed hold: the byte-order mark, the header, the declaration and the bytes weighed.

Valid UTF-8 is UTF-8 whatever is claimed; Korean claims are read as CP949 (WHATWG Encoding, "euc-kr");
claims of a server's default (ISO-8859-1, US-ASCII) give way to a declaration or to evident Hangul.
Stray bytes are replaced with U+FFFD, single ones among ASCII read as Windows-1252, and entries in another encoding than
the rest are read by themselves; a body is refused only where no reading leaves text. No library does so:
charset-normalizer and chardet guess one encoding for all, from what they believe the language is.
"""

import codecs
import re
import tomllib
from contextlib import suppress
from pathlib import Path

from extractors.model import OutcomeKind, PollError

# More stray bytes than this are no accident: three, or one in two hundred characters outside ASCII.
MAX_STRAY, STRAY_SHARE = 3, 200
# Fewer characters outside ASCII than this may be valid UTF-8 by chance: then the claim is believed.
CHANCE_UTF8 = 3
# How many times as many characters must have been read as were not, for UTF-8 against a claim, and for a claim.
UTF8_RATIO, OTHER_RATIO = 4, 20
# The share of bytes outside ASCII that Hangul pairs must cover to overrule a claim.
HANGUL_SHARE, HANGUL_BYTES = 0.8, 16

MOST_STRAYS = 20_000  # bytes that are read one by one: more are no accident
MOST_PIECES = 10_000  # entries read by themselves; the rest as one
_SINGLE = "konato-single"
_PIECES = re.compile(rb"(?=<(?:\w+:)?(?:item|entry)[\s>])", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first four bytes without a mark, zero bytes as "0" (XML 1.0, appendix F).
_ZEROS = {"000x": "utf-32-be", "x000": "utf-32-le", "0x0x": "utf-16-be", "x0x0": "utf-16-le"}
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in every EBCDIC
_NAMES: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("encodings.toml").read_text("utf-8"))
_MEANT = {name: codec for codec, names in _NAMES["meant"].items() for name in names.split()}
_LABELS = {name: codec for codec, names in _NAMES["labels"].items() for name in names.split()}
_NO_CHARSET = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "utf-7"})
_DECLARED = re.compile(r"<\?xml[^>]*?encoding\s*=\s*.\s*([\w.:-]+)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HANGUL = re.compile(rb"(?:[\xb0-\xc8][\xa1-\xfe])+")
_OPEN = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_ASCII = bytes(range(128))
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_TO_BYTES = {ord(char): byte for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}


def decode(body: bytes, content_type: str) -> str:
    """Return the text of `body`, without a byte-order mark; `content_type` is the HTTP header or "".

    What cannot be read appears as U+FFFD. Raises PollError where most entries cannot be.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            rest = body[len(mark) :]
            return _piecewise(rest, name) if name == "utf-8" else _tolerant(rest, name)
    shape = "".join("x" if byte else "0" for byte in body[:4])
    if shape in _ZEROS:
        return _tolerant(body, _ZEROS[shape])
    if body.startswith(_EBCDIC):
        return _tolerant(body, _claim(_DECLARED.search(body[:200].decode("cp037"))) or "cp037")
    header, declared = _CHARSET.search(content_type), _DECLARED.search(body[:1000].decode("latin-1"))
    return _piecewise(body, _claim(header), _claim(declared))


def undoubled(text: str) -> str:
    """Return text that was UTF-8, taken for Windows-1252 and encoded once more, as it was meant."""
    first = _BEYOND_ASCII.search(text)
    if first is None or not "Â" <= first.group() <= "ô":  # the lead bytes of UTF-8, C2 to F4
        return text
    for cut in ("", "\xa0"):  # the last byte of many letters, which looks like a space there
        with suppress(UnicodeError):
            return (text + cut).translate(_TO_BYTES).encode("latin-1").decode()
    return text


def _claim(match: re.Match[str] | None) -> str:
    """Return the codec that a claim means, "" where it names none that could be true."""
    label = match.group(1).lower() if match else ""
    label = _LABELS.get(label, label)
    # euc-kr, x-euc-jp, windows-874
    for spelling in (label, label.removeprefix("x-"), re.sub(r"\D+(\d+)", r"cp\1", label)):
        try:
            name = codecs.lookup(spelling).name
            b" ".decode(name)  # no codec of bytes, and none of wide letters: those show themselves by zero bytes
        except (LookupError, UnicodeError, ValueError):
            continue
        return "" if name in _NO_CHARSET else _MEANT.get(name, name)
    return ""


def _piecewise(body: bytes, *claims: str) -> str:
    """Read the body as a whole or, where that leaves strays, each entry by itself."""
    utf8, strays = _replacing(body, "utf-8")
    few = strays <= MOST_STRAYS
    try:
        text = _weigh(body, *claims)
        if not few or "\ufffd" not in text or (text != utf8 and _wide(utf8) < UTF8_RATIO * strays):
            return text
        claims = ("",)  # what is UTF-8 but for a few bytes is nothing else, whatever is claimed
        refused = None
    except PollError as error:
        refused = error if _wide(utf8) < UTF8_RATIO * strays else None
    texts = [_mended(piece, claims) for piece in _PIECES.split(body, MOST_PIECES)] if few else [""]
    if refused and 2 * sum(not text or not _is_sane(text, text.count("\ufffd")) for text in texts) > len(texts):
        raise refused
    return "".join(texts)


def _mended(piece: bytes, claims: tuple[str, ...]) -> str:
    single = piece.decode("utf-8", _SINGLE)
    if "\ufffd" not in single:
        return single
    try:
        return _weigh(piece, *claims)
    except PollError:
        return single


def _single(error: UnicodeError) -> tuple[str, int]:
    """Read one byte that stands among ASCII as Windows-1252 has it (WHATWG: what such bytes are meant to be)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte, after = error.object[error.start : error.end], error.object[error.end : error.end + 1]
    around = error.object[max(0, error.start - 1) : error.start] + after
    alone = len(byte) == 1 and bool(after) and around.isascii()
    # A letter stands beside letters: alone it is what a cut left of a longer one.
    fits = alone and (byte < b"\xc0" or any(chr(char).isalpha() for char in around))
    return byte.decode("cp1252", "replace") if fits else "\ufffd", error.end


codecs.register_error(_SINGLE, _single)


def _weigh(body: bytes, header: str, declared: str = "") -> str:
    """Choose between what the header says, what the document says, and what the bytes look like."""
    if body.isascii() and not {"iso2022", "hz"} & {header[:7], declared[:7]}:
        return body.decode("ascii")
    claims = [name for name in dict.fromkeys((header, declared)) if name and name != "utf-8"]
    # A server's default says nothing against what the document itself says, and any bytes are some Latin letters: who
    # claims an encoding that has 中 is tried first.
    claims.sort(key=lambda name: (not "中".encode(name, "ignore"), name == "cp1252"))
    utf8, strays = _replacing(body, "utf-8")
    if _wide(utf8) >= (max(CHANCE_UTF8, UTF8_RATIO * strays) if claims else 0) and _is_sane(utf8, strays):
        return utf8
    hangul, high = sum(map(len, _HANGUL.findall(body))), len(body.translate(None, _ASCII))
    if set(claims) <= {"cp1252"} and HANGUL_BYTES <= hangul >= HANGUL_SHARE * high:  # of KS X 1001
        claims = ["cp949"]
    for name in claims:
        text, strays = _replacing(body, name)
        if _wide(text) >= OTHER_RATIO * strays and _is_sane(text, strays):
            return text
    return _tolerant(body, *claims, "utf-8")


def _replacing(body: bytes, name: str) -> tuple[str, int]:
    """Return the text in one encoding with U+FFFD for what is none of it, and how often that was."""
    if name == "cp1252":
        # Five bytes that CP1252 leaves open are control characters to everybody else.
        return body.decode(name if not _OPEN.search(body) else "latin-1"), 0
    text = body.decode(name, "replace")
    return text, text.count("\ufffd")


def _is_sane(text: str, strays: int) -> bool:
    return strays <= max(MAX_STRAY, _wide(text) // STRAY_SHARE)


def _tolerant(body: bytes, *names: str) -> str:
    """Return the text in that encoding which leaves the fewest strays, UTF-8 among equals."""
    text, strays = min((_replacing(body, name) for name in reversed(names)), key=lambda read: read[1])
    if not _is_sane(text, strays):
        why = f"{strays} byte sequences are no {' or '.join(names)}, and no other encoding fits"
        raise PollError(OutcomeKind.UNDECODABLE, why)
    return text


def _wide(text: str) -> int:
    """Count the characters outside ASCII that were read."""
    return len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")

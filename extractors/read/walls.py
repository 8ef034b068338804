"""What a body is that is no feed: a bot wall, a page for people, a file."""

import re
from functools import cache
from importlib import resources

from extractors.model import OutcomeKind, Parsed, PollError

_FILES = {
    b"\x89PNG": "PNG", b"GIF8": "GIF", b"\xff\xd8\xff": "JPEG",
    b"%PDF-": "PDF", b"PK\x03\x04": "ZIP", b"\x1f\x8b": "gzip",
}  # fmt: skip
"""How files begin that are no text at all: they are no feed in a broken encoding."""
HEAD = 20_000  # characters in which a page shows what it is
_HTML = re.compile(r"<!doctype html|<html\b|<body\b|<head\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{0,200}?)</title>", re.IGNORECASE | re.DOTALL)
WALL = 40_000  # characters; a longer page is a site's own, whose scripts name captchas and firewalls too


@cache
def patterns(name: str) -> re.Pattern[str]:
    """Return what a file beside this one lists, a regular expression a line, as one."""
    lines = resources.files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()
    return re.compile("|".join(line for line in lines if line and not line.startswith("#")), re.IGNORECASE)


def check(body: bytes) -> None:
    """Raise PollError, with what it is, for a body that holds no text at all."""
    if not body.strip(b"\0 \t\r\n"):
        raise PollError(OutcomeKind.EMPTY, "no bytes")
    for magic, name in _FILES.items():
        if body.startswith(magic):
            raise PollError(OutcomeKind.NOT_A_FEED, f"the body is a {name} file")


def is_page(text: str) -> bool:
    """Whether a text begins as an HTML page does."""
    return bool(_HTML.search(text[:HEAD]))


def no_feed(text: str, why: str) -> Parsed:
    """Tell a bot wall from whatever else is no feed, and say what it looked like."""
    head = " ".join(text[:HEAD].split())
    match = _TITLE.search(head)
    title = match.group(1).strip() if match else ""
    if _HTML.search(head):
        look = f"an HTML page titled “{title}”" if title else "an HTML page without a title"
    else:
        shape = {"{": "JSON", "[": "JSON", "<": "XML"}.get(head[:1], "text")
        look = f"{shape} that begins “{head[:80]}”"
    wall = patterns("walls.txt").search(title if len(text) > WALL else head)
    kind = OutcomeKind.BLOCKED if wall else OutcomeKind.NOT_A_FEED
    return Parsed(problem=kind, reason=f"{why}: {look}" + (f", which says “{wall.group()}”" if wall else ""))

"""A body as it came, decompressed by us: never more than its bound in memory, whatever was sent."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial
from typing import Final

from extractors.model import OutcomeKind, PollError

_RATIO: Final = 50  # a body takes of the memory that all share what it sent: real ones shrink to a tenth
_BEGINNING: Final = 4_096  # bytes of a body that show what it is
_ALWAYS: Final = 2_000_000  # bytes that a body may have however few they were
_STEP: Final = 1_048_576  # bytes asked of a decompressor at a time
_TEXT: Final = tuple(bytes([byte]) for byte in b"<{[ \t\r\n\xef\xfe\xff")  # how a body begins that is not packed
_CONTROLS: Final = re.compile(rb"[\x01-\x08\x0e-\x1f]")  # no text begins with them; "[" most of brotli does
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_WINDOWS: Final = {"gzip": 31, "zlib": 15, "raw": -15}  # as zlib has them
_PARTS: Final = 100  # RFC 1952 and 8878 let a body be several members; each costs a copy of what follows
_WINDOW_LOG: Final = 23  # of zstd: 8 MiB of memory, as RFC 9659 has it for the web
_KNOWN: Final = frozenset({"gzip", "deflate", "br", "zstd"})
_NAME: Final = re.compile(r"(?:x-)?([a-z0-9-]+)")


def inflated(body: bytes, coding: str, *, limit: int, cut: bool = False) -> bytes:
    """Return a body, as received, without its codings; of one that is `cut` as much as can be read.

    `coding` is the Content-Encoding header, a list in the order of packing (RFC 9110 §8.4): gzip, deflate (zlib or
    raw), br and zstd are undone, other names passed over (WHATWG Fetch), for the bytes themselves decide. Raises
    PollError: `undecodable` for a coding that is broken, `too_large` for more than `limit` bytes at any stage.
    """
    most = min(limit, max(_ALWAYS, _RATIO * len(body)))
    for name in [name for name in reversed(_NAME.findall(coding.lower())) if name in _KNOWN] or [""]:
        body = _undone(body, name, most, cut=cut)
    # A file that is kept packed is packed once more by some servers.
    return _undone(body, "", most, cut=cut) if body.startswith((_GZIP, _ZSTD)) else body


def _undone(body: bytes, name: str, most: int, *, cut: bool) -> bytes:
    found = bytearray()
    try:
        for piece in _pieces(body, name) if body else ():
            found += piece
            if len(found) > most:
                break
    except Exception as error:
        if not found and body.startswith(_TEXT) and not isinstance(error, EOFError):
            return body
        if not cut:
            raise PollError(OutcomeKind.UNDECODABLE, f"broken {name} compression: {str(error)[:80]}") from error
    if len(found) > most and not cut:
        raise PollError(OutcomeKind.TOO_LARGE, f"more than {most:,} bytes once decompressed")
    return bytes(found[:most])


def _pieces(body: bytes, name: str) -> Iterator[bytes]:
    """Yield what a body holds under one coding, a step at a time; the bytes say better than the name what it is."""
    name, framed = _shown(body, name), _framed(body)
    if name == "br":
        yield from _unpacked(name, body)
    elif body.startswith((_GZIP, _ZSTD)):
        for _ in range(_PARTS):
            body = yield from _unpacked("gzip" if body.startswith(_GZIP) else "zstd", body)
            if not body.startswith((_GZIP, _ZSTD)):
                return
        raise ValueError(f"more than {_PARTS} parts")
    elif not name:
        yield body
    elif framed == "zlib" or name == "deflate":  # meant is zlib (RFC 9110), sent often the raw stream
        if framed != "zlib" and body.startswith(_TEXT) and (body[1:2].isascii() or body[:1] == b"\xef"):
            raise ValueError("it is text")
        yield from _unpacked(framed, body)
    else:
        raise ValueError("it is something else")


def _framed(body: bytes) -> str:
    """Return which of two forms a deflated body has."""
    return "raw" if body[0] & 0x0F != 8 or int.from_bytes(body[:2], "big") % 31 else "zlib"  # noqa: PLR2004 - RFC 1950


def _shown(body: bytes, name: str) -> str:
    """Return the coding in which a body begins as text, of those without a mark of their own; else the named one."""
    marked = body.startswith((_GZIP, _ZSTD))
    others: tuple[str, ...] = () if body.startswith(_TEXT) and not _CONTROLS.search(body[:64]) else ("br", "deflate")
    for one in (name, *others) if name == "br" or not marked else ():
        with suppress(Exception):  # the libraries' own: it is not that one
            unpack, *_ = _unpacker({"deflate": _framed(body)}.get(one, one))
            if unpack(body[:_BEGINNING]).startswith(_TEXT):
                return one
    return "" if marked else name


def _unpacker(coding: str) -> tuple[Callable[[bytes], bytes], Callable[[], bool], Callable[[], bytes]]:
    """Return what unpacks a step of a coding, what says whether that is at its end, and what gives what follows."""
    if coding == "br":
        import brotli

        brotlied = brotli.Decompressor()
        return partial(brotlied.process, output_buffer_limit=_STEP), brotlied.is_finished, bytes
    if coding == "zstd":
        from backports import zstd

        frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})
        return partial(frame.decompress, max_length=_STEP), lambda: frame.eof, lambda: frame.unused_data
    stream = zlib.decompressobj(_WINDOWS[coding])
    return (
        lambda more: stream.decompress(more or stream.unconsumed_tail, _STEP),
        lambda: stream.eof,
        lambda: stream.unused_data,
    )


def _unpacked(coding: str, body: bytes) -> Generator[bytes, None, bytes]:
    """Yield what a stream or frame holds, and return what follows it."""
    unpack, is_over, rest = _unpacker(coding)
    while not is_over():
        piece = unpack(body)
        body = b""
        if not piece and not is_over():
            if coding in _WINDOWS and _is_whole(unpack):
                return b""
            raise EOFError("the body ends early")
        yield piece
    return rest()


def _is_whole(unpack: Callable[[bytes], bytes]) -> bool:
    """Whether a stream lacks only its checksum, which zlib then says is wrong."""
    try:
        unpack(bytes(8))
    except zlib.error as error:
        return "incorrect data check" in str(error)
    return False

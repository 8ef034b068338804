"""A body as it arrives, decompressed by us: never more than its bound in memory, whatever was sent."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from extractors.fetch.answers import ExchangeError
from extractors.model import OutcomeKind

if TYPE_CHECKING:
    import brotli

_RATIO: Final = 50  # a body takes of the memory that all share what it sends: real ones shrink to a tenth
_ALWAYS: Final = 2_000_000  # bytes that a body may have however few they were
_STEP: Final = 65_536  # bytes asked of a decompressor at a time
_TEXT: Final = b"<{[ \t\r\n\xef\xfe\xff"  # how a body begins that says to be packed, and is not
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_MEMBERS: Final = 100  # RFC 1952 lets a body be several; each costs a copy of what follows
_KNOWN: Final = frozenset({"gzip", "deflate", "br"})
_NAME: Final = re.compile(r"(?:x-)?([a-z0-9-]+)")
_WINDOW: Final = {"gzip": 31, "zlib": 15, "raw": -15}  # zlib's `wbits`


class Inflater:
    """Collects one body. Feed it the chunks, then `finish()`.

    Args:
        coding: the Content-Encoding header, a list in the order of packing (RFC 9110 §8.4); gzip, deflate (zlib or raw)
            and br are undone, other names passed over (WHATWG Fetch): the bytes themselves decide.
        wire: bytes that the body may have as received.
        limit: bytes that it may have once decompressed.

    Raises:
        ExchangeError: `undecodable` for a coding that is broken, `too_large` beyond a limit.
    """

    def __init__(self, coding: str, *, wire: int, limit: int) -> None:
        self.wire = 0  # bytes received
        *within, self._coding = ["", *filter(_KNOWN.__contains__, _NAME.findall(coding.lower()))]
        self._within = Inflater(", ".join(within), wire=limit, limit=limit) if any(within) else None
        self._wire_limit, self._limit = wire, limit
        self._body = bytearray()
        self._raw = b""  # what came before anything could be made of it
        self._head = b""  # what came before a decompressor could be chosen
        self._zlib: zlib._Decompress | None = None
        self._members = 0
        self._junk = False
        self._brotli: brotli.Decompressor | None = None

    @property
    def size(self) -> int:
        """Bytes held so far."""
        return len(self._body) + (self._within.size if self._within else 0)

    @property
    def held(self) -> bytes:
        """What came so far, cut off or not."""
        return self._within.held if self._within else bytes(self._body)

    def expect(self, length: int) -> None:
        """Refuse a length over the wire, announced or received, beyond the limit."""
        if length > self._wire_limit:
            raise ExchangeError(OutcomeKind.TOO_LARGE, f"more than {self._wire_limit:,} bytes over the wire")

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk as it came over the wire."""
        self.wire += len(chunk)
        self.expect(self.wire)
        if not self._coding and self._raw + chunk == chunk and chunk.startswith(_GZIP_MAGIC):
            self._coding = "gzip"
        self._raw = b"" if self._body or self._within else self._raw + chunk
        try:
            match self._coding:
                case "gzip" | "deflate":
                    self._unzip(self._head + chunk)
                case "br":
                    self._unbrotli(chunk)
                case _:
                    self._keep(chunk)
        except ExchangeError:
            raise
        except Exception as error:
            if not self._raw or self._raw[0] not in _TEXT:
                raise self._broken(str(error)) from error
            self._coding, self._zlib, self._brotli, self._head = "", None, None, b""
            self._keep(self._raw)

    def finish(self) -> bytes:
        """Return the whole body, once its end has come."""
        cut = self._zlib is not None or (self._brotli is not None and not self._brotli.is_finished())
        if cut or (self._head and not self._members):
            raise self._broken("the body ends early")
        return self._within.finish() if self._within else self.held

    def _unzip(self, data: bytes) -> None:
        self._head = b""
        while not self._junk:
            if self._zlib is None:
                if len(data) < len(_GZIP_MAGIC):
                    self._head = data
                    return
                self._zlib = self._member(data)
                continue
            piece = self._zlib.decompress(data, _STEP)
            self._keep(piece)
            data = self._zlib.unconsumed_tail
            if self._zlib.eof:
                data, self._zlib = self._zlib.unused_data, None
            elif not data and len(piece) < _STEP:
                return

    def _member(self, data: bytes) -> zlib._Decompress | None:
        """Choose the decompressor for what begins here; after the first, only another gzip member counts."""
        if self._members and (self._coding != "gzip" or not data.startswith(_GZIP_MAGIC)):
            self._junk = True
            return None
        self._members += 1
        if self._members > _GZIP_MEMBERS:
            raise self._broken(f"more than {_GZIP_MEMBERS} parts")
        kind = self._coding
        if kind == "deflate":  # meant is zlib (RFC 9110), sent is often the raw stream
            framed = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # noqa: PLR2004 - RFC 1950
            kind = "zlib" if framed else "raw"
            if not framed and data[0] in _TEXT and (data[1:2].isascii() or data[0] == 0xEF):  # noqa: PLR2004 - a BOM
                raise ValueError("it is text")
        return zlib.decompressobj(_WINDOW[kind])

    def _unbrotli(self, chunk: bytes) -> None:
        if self._brotli is None:
            import brotli

            self._brotli = brotli.Decompressor()
        piece = self._brotli.process(chunk, output_buffer_limit=_STEP)
        self._keep(piece)
        while len(piece) >= _STEP or not self._brotli.can_accept_more_data():
            piece = self._brotli.process(b"", output_buffer_limit=_STEP)
            self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        if self._within:
            self._within.feed(piece)
            return
        limit = min(self._limit, max(_ALWAYS, _RATIO * self.wire))
        if len(self._body) + len(piece) > limit:
            raise ExchangeError(OutcomeKind.TOO_LARGE, f"more than {limit:,} bytes once decompressed")
        self._body += piece

    def _broken(self, why: str) -> ExchangeError:
        return ExchangeError(OutcomeKind.UNDECODABLE, f"broken {self._coding} compression: {why[:80]}")

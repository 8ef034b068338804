"""A body as it arrives, decompressed by us: never more than its bound in memory, whatever was sent."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from extractors.fetch.answers import ExchangeError
from extractors.model import OutcomeKind

if TYPE_CHECKING:
    import brotli

_STEP: Final = 65_536  # bytes asked of a decompressor at a time
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_MEMBERS: Final = 100  # RFC 1952 lets a body be several; each costs a copy of what follows
_WINDOW: Final = {"gzip": 31, "zlib": 15, "raw": -15}  # zlib's `wbits`


class Inflater:
    """Collects one body. Feed it the chunks, then `finish()`.

    Args:
        coding: the Content-Encoding header; gzip, deflate (zlib or raw), br, or nothing.
        wire: bytes that the body may have as received.
        limit: bytes that it may have once decompressed.

    Raises:
        ExchangeError: `undecodable` for a coding that is unknown or broken, `too_large` beyond a limit.
    """

    def __init__(self, coding: str, *, wire: int, limit: int) -> None:
        self.wire = 0  # bytes received
        self._coding = coding.strip().lower().removeprefix("x-")
        self._wire_limit, self._limit = wire, limit
        self._body = bytearray()
        self._head = b""  # what came before a decompressor could be chosen
        self._zlib: zlib._Decompress | None = None
        self._members = 0
        self._junk = False
        self._brotli: brotli.Decompressor | None = None
        if self._coding not in {"", "identity", "gzip", "deflate", "br"}:
            raise ExchangeError(
                OutcomeKind.UNDECODABLE, f"the body's coding {coding[:40]!r} is none that was asked for"
            )

    @property
    def size(self) -> int:
        """Bytes held so far."""
        return len(self._body)

    @property
    def held(self) -> bytes:
        """What came so far, cut off or not."""
        return bytes(self._body)

    def expect(self, length: int) -> None:
        """Refuse a length over the wire, announced or received, beyond the limit."""
        if length > self._wire_limit:
            raise ExchangeError(OutcomeKind.TOO_LARGE, f"more than {self._wire_limit:,} bytes over the wire")

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk as it came over the wire."""
        self.wire += len(chunk)
        self.expect(self.wire)
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
            raise self._broken(str(error)) from error

    def finish(self) -> bytes:
        """Return the whole body, once its end has come."""
        cut = self._zlib is not None or (self._brotli is not None and not self._brotli.is_finished())
        if cut or (self._head and not self._members):
            raise self._broken("the body ends early")
        return self.held

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
            kind = "zlib" if data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0 else "raw"  # noqa: PLR2004 - RFC 1950
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
        if len(self._body) + len(piece) > self._limit:
            raise ExchangeError(OutcomeKind.TOO_LARGE, f"more than {self._limit:,} bytes once decompressed")
        self._body += piece

    def _broken(self, why: str) -> ExchangeError:
        return ExchangeError(OutcomeKind.UNDECODABLE, f"broken {self._coding} compression: {why[:80]}")

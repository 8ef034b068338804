import gzip
import random
import tracemalloc
import zlib
from collections.abc import Iterator

import brotli
import pytest

from extractors.fetch.answers import ExchangeError
from extractors.fetch.inflate import Inflater
from extractors.model import OutcomeKind

TEXT = random.Random(1).randbytes(3000) + b"konato " * 40_000
RAW = zlib.compressobj(wbits=-15)
CODED = {
    "": TEXT,
    "identity": TEXT,
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZIP ": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT, quality=4),
    # Lists, and names that say nothing of the bytes.
    "gzip, identity": gzip.compress(TEXT),
    "gzip,br": brotli.compress(gzip.compress(TEXT), quality=4),
    "deflate, gzip": gzip.compress(zlib.compress(TEXT)),
    "none": gzip.compress(TEXT),
    "aws-chunked": TEXT,
    "aws-chunked, gzip": gzip.compress(TEXT),
    "UTF-8": TEXT,
}


def inflated(coding: str, body: bytes, *, step: int = 1 << 16, wire: int = 1 << 24, limit: int = 1 << 24) -> bytes:
    inflater = Inflater(coding, wire=wire, limit=limit)
    for chunk in pieces(body, step):
        inflater.feed(chunk)
    assert inflater.wire == len(body)
    assert inflater.size == len(inflater.held)
    return inflater.finish()


def pieces(body: bytes, step: int) -> Iterator[bytes]:
    return (body[at : at + step] for at in range(0, len(body), step))


@pytest.mark.parametrize("step", [1, 7, 1 << 16, 1 << 24])
@pytest.mark.parametrize("coding", CODED)
def test_r8_each_coding_in_pieces_of_any_size(coding: str, step: int) -> None:
    body, text = CODED[coding], TEXT
    step = max(step, 2) if coding == "none" else step  # what gzip is takes two bytes
    if step == 1 and len(body) > 20_000:  # one byte at a time: of a body that is long enough
        body = text = body[:20_000]
    assert inflated(coding, body, step=step) == text


def test_deflate_without_its_zlib_frame() -> None:
    assert inflated("deflate", RAW.compress(TEXT) + RAW.flush()) == TEXT


@pytest.mark.parametrize("step", [1, 11, 1 << 16])
def test_gzip_in_several_members_and_with_padding_behind(step: int) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two ") + gzip.compress(b"three")
    assert inflated("gzip", body, step=step) == b"one two three"
    assert inflated("gzip", body + b"\0" * 50, step=step) == b"one two three"
    assert inflated("gzip", body + b"\n", step=step) == b"one two three"
    assert inflated("deflate", zlib.compress(b"one") + b"trailing", step=step) == b"one"


def test_a_body_of_no_bytes_is_empty_whatever_its_coding() -> None:
    for coding in CODED:
        assert inflated(coding, b"") == b""


def test_members_are_bounded() -> None:
    with pytest.raises(ExchangeError, match="more than 100 parts") as caught:
        inflated("gzip", gzip.compress(b"") * 101)
    assert caught.value.kind is OutcomeKind.UNDECODABLE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_broken_and_cut_bodies_are_undecodable(coding: str) -> None:
    body = CODED[coding]
    for broken in (body[:-5], body[: len(body) // 2], body[:1]):
        with pytest.raises(ExchangeError, match=f"broken {coding} compression") as caught:
            inflated(coding, broken)
        assert caught.value.kind is OutcomeKind.UNDECODABLE


@pytest.mark.parametrize("step", [1, 1 << 16])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "compress"])
def test_r8_a_plain_body_is_read_whatever_it_says_to_be(coding: str, step: int) -> None:
    for body in (b"<rss/> sent as it is", b"\n\n<?xml version='1.0'?><rss/>", b'{"version": 1}', b"\xef\xbb\xbf<rss/>"):
        assert inflated(coding, body, step=step) == body


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "br"])
def test_the_bound_is_exact(coding: str) -> None:
    assert inflated(coding, CODED[coding], limit=len(TEXT)) == TEXT
    with pytest.raises(ExchangeError, match="once decompressed") as caught:
        inflated(coding, CODED[coding], limit=len(TEXT) - 1)
    assert caught.value.kind is OutcomeKind.TOO_LARGE


def test_the_wire_is_bounded_too() -> None:
    with pytest.raises(ExchangeError, match="over the wire") as caught:
        inflated("gzip", CODED["gzip"], wire=len(CODED["gzip"]) - 1)
    assert caught.value.kind is OutcomeKind.TOO_LARGE


def bomb(coding: str, megabytes: int) -> bytes:
    zeros = b"\0" * 1_000_000
    if coding == "br":
        brotling = brotli.Compressor(quality=1)
        packed: bytes = b"".join(brotling.process(zeros) for _ in range(megabytes)) + brotling.finish()
        return packed
    packing = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    return b"".join(packing.compress(zeros) for _ in range(megabytes)) + packing.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_bomb_never_takes_more_memory_than_its_bound(coding: str) -> None:
    body = bomb(coding, 200)
    tracemalloc.start()
    try:
        with pytest.raises(ExchangeError, match="once decompressed"):
            inflated(coding, body, step=1 << 20, limit=2_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_x11_a_few_bytes_never_take_the_memory_of_all() -> None:
    with pytest.raises(ExchangeError, match="once decompressed") as caught:
        inflated("gzip", gzip.compress(b"x" * 10_000_000))
    assert caught.value.kind is OutcomeKind.TOO_LARGE

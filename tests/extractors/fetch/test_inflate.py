import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
from backports import zstd

from extractors.fetch.inflate import inflated
from extractors.model import OutcomeKind, PollError
from tests.table import table

zipped = partial(gzip.compress, mtime=0)  # what tests are called may not change
TEXT = random.Random(1).randbytes(3000) + b"konato " * 40_000
RAW = zlib.compressobj(wbits=-15)
GZIP, ZLIB, BR = zipped(TEXT), zlib.compress(TEXT), brotli.compress(TEXT, quality=4)
ZSTD = zstd.compress(TEXT)
PACKED = {"gzip": GZIP, "deflate": ZLIB, "br": BR, "zstd": ZSTD}
PARTS = zipped(b"one ") + zipped(b"two ") + zipped(b"three")


def inflate(coding: str, body: bytes, limit: int = 1 << 24) -> bytes:
    return inflated(body, coding, limit=limit)


@pytest.mark.parametrize("coding", ["", *PACKED])
def test_r8_a_feed_is_read_by_its_bytes_whatever_coding_they_are_said_to_be_in(coding: str) -> None:
    feed = b"\n<rss>" + TEXT + b"</rss>"
    raw = zlib.compressobj(wbits=-15)
    bare = raw.compress(feed) + raw.flush()
    for packed in (zipped(feed), zlib.compress(feed), bare, brotli.compress(feed), zstd.compress(feed), feed):
        assert inflate(coding, packed) == feed


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("", TEXT), ("identity", TEXT), ("gzip", GZIP), ("x-gzip", GZIP), ("GZIP ", GZIP), ("deflate", ZLIB), ("br", BR), ("zstd", ZSTD), ("gzip, zstd", zstd.compress(GZIP)), ("none", ZSTD), ("zstd", GZIP), ("deflate", RAW.compress(TEXT) + RAW.flush()),
        # Lists, names that say nothing of the bytes, and such as say what is not true.
        ("gzip, identity", GZIP), ("gzip,br", brotli.compress(GZIP, quality=4)), ("deflate, gzip", zipped(ZLIB)), ("none", GZIP), ("aws-chunked", TEXT),
        ("aws-chunked, gzip", GZIP), ("UTF-8", TEXT), ("gzip", ZLIB), ("deflate", GZIP), ("gzip", zipped(GZIP)), ("", zipped(ZSTD)),
    ]
)  # fmt: skip
def test_r8_each_coding_and_what_says_to_be_one(coding: str, body: bytes) -> None:
    assert inflate(coding, body) == TEXT
    assert inflate(coding, b"") == b""


@table(
    "coding, body, text",
    *[("gzip", PARTS + tail, b"one two three") for tail in (b"", b"\0" * 50, b"\n")],
    ("deflate", zlib.compress(b"one") + b"trailing", b"one"),
    ("zstd", zstd.compress(b"one ") + zstd.compress(b"two"), b"one two"),
)
def test_r8_several_parts_padding_and_a_plain_body(coding: str, body: bytes, text: bytes) -> None:
    assert inflate(coding, body) == text


def test_r8_a_stream_that_lacks_only_its_checksum_is_whole() -> None:
    assert inflate("gzip", PACKED["gzip"][:-8]) == inflate("deflate", PACKED["deflate"][:-4]) == TEXT


@pytest.mark.parametrize("coding", PACKED)
def test_broken_and_cut_bodies_are_undecodable(coding: str) -> None:
    body = PACKED[coding]
    for broken in (body[:-10], body[: len(body) // 2], body[:1]):
        with pytest.raises(PollError, match=f"broken {coding} compression") as caught:
            inflate(coding, broken)
        assert caught.value.kind is OutcomeKind.UNDECODABLE
    assert TEXT.startswith(inflated(body[:-5], coding, limit=1000, cut=True))
    with pytest.raises(PollError, match="more than 100 parts"):
        inflate("gzip", zipped(b"") * 101)


@pytest.mark.parametrize("coding", ["", *PACKED])
def test_the_bound_is_exact(coding: str) -> None:
    body = PACKED.get(coding, TEXT)
    assert inflate(coding, body, limit=len(TEXT)) == TEXT
    with pytest.raises(PollError, match="once decompressed") as caught:
        inflate(coding, body, limit=len(TEXT) - 1)
    assert caught.value.kind is OutcomeKind.TOO_LARGE


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", zipped),
        ("deflate", zlib.compress),
        ("br", partial(brotli.compress, quality=1)),
        ("zstd", zstd.compress),
    ],
)
def test_x11_a_bomb_never_takes_more_memory_than_its_bound(coding: str, pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b"\0" * 20_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(PollError, match="more than 2,000,000 bytes once decompressed"):
            inflate(coding, bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000

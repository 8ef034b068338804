from pathlib import Path

import pytest

from extractors.model import ConfigError, Feed
from flows.configure.opml import imported, in_opml, in_toml
from flows.configure.tables import read_feeds
from tests.table import table, tables

KNOWN = Feed(name="One", url="https://one.example/rss", outlet="One")
FILE = Path("list.opml")


def taken(folder: Path, *outlines: str, encoding: str = "utf-8", head: str = "") -> tuple[tuple[Feed, ...], str]:
    """Import outlines beside KNOWN, and read what is written of them as the configuration would; then what was not taken."""
    raw = f"{head}<opml version='2.0'><body>{''.join(outlines)}</body></opml>".encode(encoding)
    feeds, left = imported(FILE, raw, [KNOWN], speaks="en")
    (folder / "feeds").mkdir()
    (folder / "feeds.toml").write_text("", "utf-8")
    (folder / "feeds" / "list.toml").write_text(in_toml(FILE.name, feeds), "utf-8")
    return read_feeds(folder), "\n".join(left)


@table("outline, feed")
def test_what_readers_write_is_taken(tmp_path: Path, outline: str, feed: tuple[str, ...]) -> None:
    (found,), left = taken(tmp_path, outline)
    assert (found.name, found.url, found.outlet, found.language) == feed
    assert left == ""


@table("outline, why")
def test_what_is_not_taken_is_listed_with_its_reason(tmp_path: Path, outline: str, why: str) -> None:
    feeds, left = taken(tmp_path, outline)
    assert feeds == ()
    assert why in left
    assert "sesame" not in left


def test_twins_of_a_file_are_one_feed_and_a_language_that_is_none_is_said(tmp_path: Path) -> None:
    twin = '<outline text="{}" xmlUrl="https://a.example/f" language="klingon"/>'
    (found,), left = taken(tmp_path, twin.format("A"), "\n", twin.format("B"))
    assert (found.name, found.language) == ("A", "en")
    assert "line 1, 'A': only its language: 'klingon'" in left
    assert "line 2, 'B': has the address of line 1" in left


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "euc-kr"])
def test_any_encoding_is_read_whatever_the_file_claims(tmp_path: Path, encoding: str) -> None:
    said = "euc-kr" if encoding == "euc-kr" else "ISO-8859-1"
    head = f'<?xml version="1.0" encoding="{said}"?>'
    (found,), _ = taken(tmp_path, '<outline text="연합뉴스 정치와 국방 소식" xmlUrl="https://a.example/"/>', encoding=encoding, head=head)  # fmt: skip
    assert found.name == "연합뉴스 정치와 국방 소식"


def test_no_entity_is_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE opml [<!ENTITY a0 "aaaa">{lines}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    (found,), _ = taken(tmp_path, '<outline text="&a11;&f;" xmlUrl="https://a.example/"/>', head=head)
    assert found.name == "&a11;&f;"


@table(
    "raw, says",
    (b"<opml>" + b"<outline>" * 200, "more than 100 deep"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "list.opml: is no readable XML"),
)
def test_what_is_no_opml_is_refused_with_place_and_mend(raw: bytes, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        imported(FILE, raw, [], speaks="en")
    assert says in str(refused.value)


def test_what_is_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(tables(__file__)["FEEDS"], "utf-8")
    feeds = read_feeds(tmp_path)
    again, _ = imported(FILE, "\n".join(in_opml(feeds)).encode(), [], speaks="en")
    (tmp_path / "feeds.toml").write_text(in_toml(FILE.name, again), "utf-8")
    assert read_feeds(tmp_path) == feeds


def test_a_hundred_feeds_of_one_title_have_a_hundred_names() -> None:
    outlines = "".join(f'<outline text="RSS" xmlUrl="https://h{n}.example/"/>' for n in range(100))
    feeds, _ = imported(FILE, f"<opml>{outlines}</opml>".encode(), [], speaks="en")
    assert len({data["name"] for _, data in feeds}) == 100

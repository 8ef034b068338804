import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Entry, OutcomeKind
from extractors.read import feed
from extractors.read.decode import decode
from extractors.read.kinds import tolerant
from extractors.read.kinds.markup import MAX_TAGS, MAX_TEXT, Markup, attributes, decoded
from extractors.read.texts import clean
from tests.extractors.read.samples import BODIES, FEED, read, rss
from tests.table import table, tables


def by_feedparser(text: str) -> tuple[Entry, ...]:
    """What the library makes of a feed that has met most feeds: the oracle."""
    return feed._parsed(tolerant.by_feedparser(text), FEED, text).entries


@pytest.mark.parametrize("name", [name for name in BODIES if name not in {"nato", "wall"}])
def test_the_samples_are_read_as_feedparser_reads_them(name: str) -> None:
    entries = read(*BODIES[name]).entries
    assert entries
    assert entries == by_feedparser(Markup(decode(*BODIES[name]), names=(), vocabularies={}).written)


ROWS = tables(__file__)
ONE_OF = {name: what for what, names in ROWS["ONE_OF"].items() for name in names}
CHILDREN = st.lists(
    st.sampled_from(ROWS["CHILDREN"]), max_size=6, unique_by=lambda one: ONE_OF.get(re.split("[< >/]", one)[1], one)
)
SHAPES, NAMESPACES = ROWS["SHAPES"], ROWS["NAMESPACES"]


def told(entries: tuple[Entry, ...]) -> list[tuple[object, ...]]:
    """What entries say, whichever of their texts is the lead."""
    return [
        (e.title, e.link, e.guid, e.published_raw, e.updated_raw, e.source_title, e.source_url, {clean(e.summary), clean(e.content)} - {""})
        for e in entries
    ]  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.sampled_from(SHAPES), CHILDREN)
def test_r7_whatever_is_well_formed_is_read_as_feedparser_reads_it(shape: str, children: list[str]) -> None:
    text = shape.format(NAMESPACES, "".join(children))
    assert told(read(text).entries) == told(by_feedparser(text)), text


ITEM = "<item><title>A B C</title><link>https://x.kr/1?a=1&amp;b=2</link></item>"


@table("text")
def test_what_is_malformed_keeps_its_entries(text: str) -> None:
    entries = [entry for entry in read(text).entries if not entry.title.startswith("cu")]
    said = {(re.sub(r"\W|amp|lt|gt|\bi\b|nbsp", "", clean(entry.title)), entry.link) for entry in entries}
    assert said == {("ABC", "https://x.kr/1?a=1&b=2")}


def test_a_bomb_is_no_more_than_text() -> None:
    links = zip("abcdefgh", "bcdefghi", strict=True)
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in links)
    bomb = f'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">{entities}]>'
    for doctype in (bomb, '<!DOCTYPE r [<!ENTITY i SYSTEM "file:///etc/hostname">]>'):
        entries = read(doctype + rss("<item><title>x &i; y</title></item>")).entries
        assert [entry.title for entry in entries] == ["x &i; y"]


def test_attributes_and_references() -> None:
    assert attributes("""<a HREF='x?a=1&amp;b=2' b = "'" c=d e""") == {"href": "x?a=1&b=2", "b": "'", "c": "d"}
    assert decoded("R&D &lt;&#xAC00;&hellip;&nosuch;&copy=1&#0;") == "R&D <가…&nosuch;&copy=1"


@table("unit")
def test_x1_time_grows_as_the_text_does(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tolerant, "read", lambda _: None)
    many = unit * (300_000 // len(unit))
    for text in (f"<rss><channel><item>{many}", rss(many + ITEM)):
        begun = time.process_time()
        read(text, most=10_000)
        assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("text", "reason"), [("<b/>" * (MAX_TAGS + 1), "500,007 tags, more than 500,000"), ("x" * MAX_TEXT, "characters, more than 11,000,000")]
)  # fmt: skip
def test_what_is_too_much_is_said(text: str, reason: str) -> None:
    parsed = read(rss(text))
    assert (parsed.problem, reason in parsed.reason) == (OutcomeKind.TOO_LARGE, True)

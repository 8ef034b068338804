from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.model import Message
from alerts.send.slack import BLOCKS_MAX, SECTION_MAX, attachment, sections
from alerts.word.escape import slack

TEXT = st.text(st.sampled_from("abc가나 .!?\n&<>"), max_size=400).map(slack)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXT, st.integers(30, 120))
def test_sections_keep_the_words_and_the_limit(text: str, limit: int) -> None:
    cut = sections(text, limit)
    assert all(0 < len(section) <= limit for section in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert not any(re.search(r"&(?!amp;|lt;|gt;)", section) for section in cut), "an entity was cut in two"


def test_short_text_is_one_section() -> None:
    assert sections("One.\n\nTwo.\n") == ["One.\n\nTwo."]


def test_a_long_text_is_cut_between_paragraphs_then_sentences_then_anywhere() -> None:
    assert sections("aaaa aaaa\n\nbbbb bbbb", 12) == ["aaaa aaaa", "bbbb bbbb"]
    assert sections("One two. Three four. Five six.", 20) == ["One two. Three four.", "Five six."]
    assert sections("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert sections("aa <https://a.example/|a label> bb", 30) == ["aa", "<https://a.example/|a label> b", "b"]


def test_the_payload_keeps_within_slacks_limits() -> None:
    message = Message(message_id="a", title="t" * 150, text="\n\n".join(["word " * 590] * 80))
    content = attachment(message)
    blocks = content["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) == BLOCKS_MAX
    assert blocks[0]["type"] == "header"
    assert all(block["text"]["verbatim"] and len(block["text"]["text"]) <= SECTION_MAX for block in blocks[1:])

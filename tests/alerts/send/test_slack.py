import re
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.model import ResultKind
from alerts.send import apprise
from alerts.send.door import send
from alerts.send.slack import BLOCKS_MAX, SECTION_MAX, attachment, can, sections
from alerts.word import escape
from tests.alerts.making import MESSAGE, rendered
from tests.alerts.send.conftest import Wire
from tests.receivers import Reply
from tests.table import table

TEXT = st.text(st.sampled_from("abc가나 .!?\n&<>"), max_size=400).map(escape.slack)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(TEXT, st.integers(30, 120))
def test_sections_keep_the_words_and_the_limit(text: str, limit: int) -> None:
    cut = sections(text, limit)
    assert all(0 < len(section) <= limit for section in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert not any(re.search(r"&(?!amp;|lt;|gt;)", section) for section in cut), "an entity was cut in two"


@table("text, limit, cut", ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]))
def test_t10_a_section_a_paragraph_cut_at_sentences_then_anywhere(text: str, limit: int, cut: list[str]) -> None:
    assert sections(text, limit) == cut


def test_the_payload_keeps_within_slacks_limits() -> None:
    blocks: Any = attachment(replace(MESSAGE, text="\n\n".join(["word " * 590] * 80)))["blocks"]
    assert len(blocks) == BLOCKS_MAX
    assert all(block["text"]["verbatim"] and len(block["text"]["text"]) <= SECTION_MAX for block in blocks[1:])


def test_slack_gets_our_blocks(wire: Wire) -> None:
    message = rendered("slack")
    assert wire.send("slack", message=message).kind is ResultKind.SENT
    (post,) = wire.http.received
    (attached,) = post.json["attachments"]
    assert post.path == "/services/TCANARYAA/BCANARYBB/CANARYcanaryCANARYcanary"
    header, *rest = attached["blocks"]
    assert header == {"type": "header", "text": {"type": "plain_text", "text": message.title, "emoji": False}}
    assert "\n\n".join(block["text"]["text"] for block in rest) == message.text.strip()
    assert attached["fallback"] == message.title


def test_slacks_bot_is_judged_by_its_reply(wire: Wire) -> None:
    assert wire.send("bot", Reply(body=b'{"ok": true, "channel": "C1"}')).kind is ResultKind.SENT
    assert wire.http.received[0].json["channel"] == "#desk"
    assert wire.send("bot", Reply(body=b'{"ok": false, "error": "channel_not_found"}')).kind is ResultKind.REFUSED


@table("to, named")
def test_a_bot_posts_with_its_token_to_the_channel_that_the_url_names(
    wire: Wire, to: str, named: dict[str, str]
) -> None:
    wire.http.script.steps = [Reply(body=b'{"ok":true}')]
    assert send(MESSAGE, f"slack://Konato@xoxb-1234-1234-canary/{to}", timeout=5).kind is ResultKind.SENT
    (post,) = wire.http.received
    assert {name: value for name, value in post.json.items() if name != "attachments"} == {
        "username": "Konato",
        **named,
    }
    assert post.headers["authorization"] == "Bearer xoxb-1234-1234-canary"


@table("url, ours")
def test_what_is_asked_for_beside_a_channel_is_apprises(url: str, ours: bool) -> None:
    assert can(apprise.read(url)) is ours

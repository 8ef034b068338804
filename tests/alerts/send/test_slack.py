from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.model import Message, ResultKind
from alerts.send.door import send
from alerts.send.slack import BLOCKS_MAX, SECTION_MAX, attachment, sections
from alerts.word import escape
from tests.alerts.making import SLACK, rendered
from tests.receivers import HttpReceiver, Reply

SENT, REFUSED = ResultKind.SENT, ResultKind.REFUSED
TEXT = st.text(st.sampled_from("abc가나 .!?\n&<>"), max_size=400).map(escape.slack)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXT, st.integers(30, 120))
def test_sections_keep_the_words_and_the_limit(text: str, limit: int) -> None:
    cut = sections(text, limit)
    assert all(0 < len(section) <= limit for section in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert not any(re.search(r"&(?!amp;|lt;|gt;)", section) for section in cut), "an entity was cut in two"


def test_t10_a_section_a_paragraph_cut_at_sentences_then_anywhere() -> None:
    assert sections("One.\n\nTwo.\n") == ["One.", "Two."]
    assert sections("One two. Three four. Five six.", 20) == ["One two. Three four.", "Five six."]
    assert sections("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert sections("aa <https://a.example/|a label> bb", 30) == ["aa", "<https://a.example/|a label> b", "b"]
    assert len(sections("\n\n".join(["word"] * 60))) == 1, "too many for a message of Slack's: packed"


def test_the_payload_keeps_within_slacks_limits() -> None:
    message = Message(message_id="a", title="t" * 150, text="\n\n".join(["word " * 590] * 80))
    content = attachment(message)
    blocks = content["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) == BLOCKS_MAX
    assert blocks[0]["type"] == "header"
    assert all(block["text"]["verbatim"] and len(block["text"]["text"]) <= SECTION_MAX for block in blocks[1:])


def test_slack_gets_our_blocks(slack: HttpReceiver) -> None:
    message = rendered("slack")
    assert send(message, SLACK, timeout=5).kind is SENT
    (attachment,) = slack.received[0].json["attachments"]
    assert slack.received[0].path == "/services/TCANARYAA/BCANARYBB/CANARYcanaryCANARYcanary"
    assert attachment["blocks"][0] == {
        "type": "header",
        "text": {"type": "plain_text", "text": message.title, "emoji": False},
    }
    assert "\n\n".join(block["text"]["text"] for block in attachment["blocks"][1:]) == message.text.strip()
    assert attachment["fallback"] == message.title


def test_slacks_bot_is_judged_by_its_reply(slack: HttpReceiver) -> None:
    url = "slack://xoxb-1234-1234-canary/%23desk"
    slack.script.steps = [
        Reply(body=b'{"ok": true, "channel": "C1"}'),
        Reply(body=b'{"ok": false, "error": "channel_not_found"}'),
    ]
    assert [send(rendered("slack"), url, timeout=5).kind for _ in range(2)] == [SENT, REFUSED]

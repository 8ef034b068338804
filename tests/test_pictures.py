"""What README's pictures draw by our own hand: a message as Slack shows it."""

from alerts.model import Message
from scripts.pictures import slack


def test_a_message_is_drawn_in_slacks_mark_up() -> None:
    text = "*When* 25 June\n<https://herald.example/1|The Herald>\n\n> it agreed\n&gt; and signed"
    drawn = slack(Message(message_id="1", title="Agreed: a <body>", text=text))
    assert "<h3>Agreed: a &lt;body&gt;</h3>" in drawn
    assert '<p><b>When</b> 25 June\n<a href="https://herald.example/1">The Herald</a></p>' in drawn
    assert "<p><q>it agreed</q>\n<q>and signed</q></p>" in drawn

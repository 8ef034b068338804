"""Alert or bundle → Message, in the words of templates/ and the escape of its medium."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from alerts.decide.rules import identity
from alerts.model import Channel, Message, Outgoing
from alerts.word import escape
from alerts.word.labels import TEMPLATES
from alerts.word.view import view
from extractors.learned import ChangeKind

if TYPE_CHECKING:
    from jinja2 import Environment

_GAPS = re.compile(r"\n{3,}")
SUBJECT_MAX = 150  # characters: what Slack takes as a header; longer subjects are cut by mail clients anyway


class RenderError(Exception):
    """A template or a label is broken: this message waits for its mend, the others go out.

    `str()` names template and fault, and none of what the feed wrote.
    """


def render(outgoing: Outgoing, channel: Channel, medium: str) -> Message:
    """Say what an outgoing message (of at least one delivery) says, in the channel's language.

    `medium` is "email" (HTML and plain text), "slack" (mrkdwn) or "text". Raises RenderError.
    """
    names = ["slack.txt" if medium == "slack" else "text.txt", *(["email.html"] if medium == "email" else [])]
    try:
        said = view(outgoing, channel)
        filled = [_environment(name).get_template(name).render(v=said, language=channel.language) for name in names]
    except Exception as error:
        raise RenderError(f"template of a message for {medium}: {_fault(error)}") from error
    text, *html = (_GAPS.sub("\n\n", one).strip() + "\n" for one in filled)
    title, escaped = said.title, escape.slack if medium == "slack" else escape.plain
    while len(escaped(title)) > SUBJECT_MAX:
        title = title[:-2].rstrip() + "…"
    event_id = outgoing.parts[0][0].event_id if outgoing.kind is None else None
    return Message(
        message_id=outgoing.message_id,
        title=escaped(title),
        text=text,
        html=html[0] if html else None,
        alert_ids=tuple(alert.alert_id for alert, _ in outgoing.parts),
        channel=channel.name,
        thread=identity(event_id, ChangeKind.NEW) if event_id else "",  # follows from the event's id alone
    )


def _fault(error: Exception) -> str:
    """A fault without what feeds wrote: Jinja's own errors name the template, others only their kind."""
    from jinja2 import TemplateError, TemplateSyntaxError

    said = f": {error}" if isinstance(error, TemplateError | KeyError) else ""
    where = f" ({error.name}, line {error.lineno})" if isinstance(error, TemplateSyntaxError) else ""
    return type(error).__name__ + said + where


@lru_cache(maxsize=4)
def _environment(template: str) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    escapes: dict[str, Callable[[str], str]] = {"slack.txt": escape.slack, "text.txt": escape.plain}
    escaper, ampersand = escapes.get(template), "&amp;" if template == "slack.txt" else "&"
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=escaper is None,  # noqa: S701  the other two media escape by `finalize`, which HTML's does not suit
        undefined=StrictUndefined,
        finalize=lambda value: escaper(str(value)) if escaper and not isinstance(value, Markup) else value,
        keep_trailing_newline=True,
    )
    # What escape.link let through: no mark-up of any medium is left in it but Slack's "&".
    made.filters["url"] = lambda checked: Markup(checked.replace("&", ampersand))  # noqa: S704
    return made

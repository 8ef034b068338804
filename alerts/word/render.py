"""Alert or bundle → Message, in the words of templates/ and the escape of its medium."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from alerts.decide.rules import identity
from alerts.model import Channel, Message, Outgoing
from alerts.word import escape
from alerts.word.labels import TEMPLATES
from alerts.word.lines import Line
from alerts.word.view import View, view
from extractors.learned import ChangeKind

if TYPE_CHECKING:
    from jinja2 import Environment

_GAPS = re.compile(r"\n{3,}")
SUBJECT_MAX = 150  # characters: what Slack takes as a header; longer subjects are cut by mail clients anyway


class RenderError(Exception):
    """A template or a label is broken: this message waits for its mend, the others go out.

    `str()` names template and fault, and none of what the feed wrote.
    """


def render(outgoing: Outgoing, channel: Channel, medium: str, *, now: datetime) -> Message:
    """Say what an outgoing message (of at least one delivery) says, in the channel's language.

    `medium` is "email" (HTML and plain text), "slack" (mrkdwn) or "text"; `now` is at hand for an operator's own
    templates. Raises RenderError where a template or label cannot be used.
    """
    try:
        said = view(outgoing, channel)
        text = _fill("slack.txt" if medium == "slack" else "text.txt", said, now)
        html = _fill("email.html", said, now) if medium == "email" else None
    except Exception as error:
        raise RenderError(f"template of a message for {medium}: {_fault(error)}") from error
    return Message(
        message_id=outgoing.message_id,
        title=_subject(said.title, escape.slack if medium == "slack" else escape.plain),
        text=text,
        html=html,
        alert_ids=tuple(alert.alert_id for alert, _ in outgoing.parts),
        channel=channel.name,
        thread=_thread(outgoing),
    )


def _thread(outgoing: Outgoing) -> str:
    """The message that an alert of an event follows up: its first, whose id follows from the event's alone."""
    event_id = outgoing.parts[0][0].event_id
    return identity(event_id, ChangeKind.NEW) if event_id and outgoing.kind is None else ""


def _fill(template: str, said: View, now: datetime) -> str:
    filled: str = _environment(template).get_template(template).render(v=said, now=now)
    return _GAPS.sub("\n\n", filled).strip() + "\n"


def _subject(title: str, escaped: Callable[[str], str]) -> str:
    """The title in its medium's escape, cut so that what is sent fits."""
    cut = title
    while len(escaped(cut)) > SUBJECT_MAX:
        cut = cut[:-2].rstrip() + "…"
    return escaped(cut)


def _fault(error: Exception) -> str:
    """A fault without what feeds wrote: Jinja's own errors name the template, others only their kind."""
    from jinja2 import TemplateError

    where = getattr(error, "name", None)
    line = getattr(error, "lineno", None)
    said = f"{type(error).__name__}: {error}" if isinstance(error, TemplateError | KeyError) else type(error).__name__
    return said + (f" ({where}, line {line})" if where and line else "")


@lru_cache(maxsize=4)
def _environment(template: str) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    escaped: dict[str, Callable[[str], str]] = {"slack.txt": escape.slack, "text.txt": escape.plain}
    escaper = escaped.get(template)

    def finish(value: object) -> object:
        return escaper(str(value)) if escaper and not isinstance(value, Markup) else value

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=escaper is None,  # noqa: S701  the other two media escape by `finalize`, which HTML's does not suit
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    made.filters["url"] = Markup  # checked by escape.link: no mark-up of any medium is left in it
    made.filters["linked"] = _slack_link
    return made


def _slack_link(line: Line) -> str:
    """A line in Slack's own mark-up for links, its host beside it; without a link, its words."""
    from markupsafe import Markup

    text = escape.slack(line.text)
    if line.url:
        text = f"<{line.url.replace('&', '&amp;')}|{text}> ({line.host})"
    return Markup(text)  # noqa: S704  escaped just above

"""DOOR to the web: many feeds or pages at once, each bounded and guarded; a bad one never raises.

Light to import; `exchange` beneath it, and aiohttp with it, are loaded by the first fetch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from extractors.fetch.limits import Limits
from extractors.model import Feed, Fetched

_CODINGS: Final = "gzip, deflate, br"
_FEEDS: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
_PAGES: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A feed to poll, with the validators of its last answer; without any the poll is unconditional."""

    feed: Feed
    etag: str | None = None
    last_modified: str | None = None
    now: datetime | None = None  # the cycle's clock, for dates in an answer's headers; None: the real one


def fetch_all(
    requests: Sequence[Request],
    *,
    limits: Limits,
    user_agent: str,
    deadline: float | None,
    on_done: Callable[[Fetched], None] | None = None,
) -> tuple[Fetched, ...]:
    """Poll feeds at once and return one answer each, in the order of the requests.

    Args:
        requests: begun in this order, as far as hosts have a free connection.
        limits: what bounds each exchange and all of them.
        user_agent: sent as it is.
        deadline: seconds from now, on the monotonic clock; what is not done then ends as `timeout`. None: no deadline.
        on_done: called in this thread with each answer as it comes.
    """
    if not requests:
        return ()
    from extractors.fetch import exchange

    asks = [
        exchange.Ask(feed=one.feed, url=one.feed.url, etag=one.etag, last_modified=one.last_modified, now=one.now)
        for one in requests
    ]
    headers = {"User-Agent": user_agent, "Accept": _FEEDS, "Accept-Encoding": _CODINGS}
    return exchange.run(asks, limits=limits, headers=headers, deadline=deadline, on_done=on_done)


def fetch_pages(
    urls: Sequence[tuple[Feed, str]], *, limits: Limits, user_agent: str, deadline: float | None
) -> dict[str, Fetched]:
    """Fetch article pages for the feeds that named them, and return the answers by the address asked for.

    The feed's `allow_private` opens its own host and port, and nothing else; `deadline` in seconds from now.
    """
    if not urls:
        return {}
    from extractors.fetch import exchange

    asks = [exchange.Ask(feed=feed, url=url) for feed, url in urls]
    headers = {"User-Agent": user_agent, "Accept": _PAGES, "Accept-Encoding": _CODINGS}
    answers = exchange.run(asks, limits=limits, headers=headers, deadline=deadline)
    return {ask.url: answer for ask, answer in zip(asks, answers, strict=True)}

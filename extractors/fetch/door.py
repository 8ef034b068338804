"""DOOR to the web: many feeds and pages at once, each bounded and guarded; a bad one never raises.

Light to import; `exchange` beneath it, and aiohttp with it, are loaded by the first fetch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from extractors.fetch.limits import Limits
from extractors.model import Fetched, Request


def fetch_all(
    requests: Sequence[Request],
    *,
    limits: Limits,
    user_agent: str,
    deadline: float | None,
    proxy: str = "",
    on_done: Callable[[Fetched], None] | None = None,
) -> tuple[Fetched, ...]:
    """Ask for feeds and pages at once and return one answer each, in the order of the requests.

    A feed's `allow_private` opens its own host and port, for its pages too, and nothing else.

    Args:
        requests: begun in this order, as far as hosts have a free connection.
        limits: what bounds each exchange and all of them.
        user_agent: sent as it is.
        deadline: seconds from now, on the monotonic clock; what is not done then ends as `timeout`. None: no deadline.
        proxy: "env": through the proxy that the environment names, which resolves and connects; "": none.
        on_done: called in this thread with each answer as it comes.
    """
    if not requests:
        return ()
    from extractors.fetch import exchange

    return exchange.run(requests, limits=limits, user_agent=user_agent, deadline=deadline, proxy=proxy, on_done=on_done)

"""DOOR to the web: many feeds and pages at once, each guarded, bounded, polite, and explained when it fails.

Redirects are followed here and not by aiohttp, since each hop is checked again and takes its own host's slot.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import aiohttp
from yarl import URL

from extractors.fetch.answers import answered, legible
from extractors.fetch.guard import RefusedError, check_url, guarded_session, parsed, place, proxy_of
from extractors.fetch.inflate import inflated
from extractors.fetch.limits import Limits
from extractors.model import Fetched, OutcomeKind, PollError, Request

_CODINGS: Final = "gzip, deflate, br, zstd"
_FEEDS: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
_PAGES: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_ENDS: Final = (b"</rss>", b"</feed>", b"rdf>", b"urlset>", b"}", b"</html>")  # of a whole body
_REDIRECTS: Final = {301, 302, 303, 307, 308}
_PERMANENT: Final = {301, 308}
_PRIVATE_CONNECTIONS: Final = 16  # to a feed's own host that `allow_private` opens; one to any other, all its ports
_NEXT: Final[dict[str | None, float]] = {}  # when a host may be asked again, by the monotonic clock, over all rounds
_SHARE: Final = 262_144  # bytes that every body may hold at least, whatever the others hold
_PAGE_BYTES, _PAGE_SECONDS = 32_768, 3.0  # read of an error's page
_FIRST: Final = 4  # connections at once: the queue of a small server (Python's own: five) drops what is beyond it
_PATIENCE: Final = 0.05  # seconds; an exchange that takes longer lets one more begin beside it
_MEANINGS: Final[tuple[tuple[type[Exception], OutcomeKind, str], ...]] = (
    (aiohttp.ConnectionTimeoutError, OutcomeKind.TIMEOUT, "no connection within {limits.connect_seconds:g} s"),
    (aiohttp.SocketTimeoutError, OutcomeKind.TIMEOUT, "nothing came for {limits.read_seconds:g} s"),
    (TimeoutError, OutcomeKind.TIMEOUT, "not finished after {limits.total_seconds:g} s"),
    (ssl.SSLError, OutcomeKind.TLS, "{error}"),
    (Exception, OutcomeKind.UNREACHABLE, "{error}"),
)


@dataclass(slots=True, kw_only=True)
class _Trip:
    """One exchange on its way through its redirects."""

    ask: Request
    url: str
    headers: dict[str, str]
    cookies: aiohttp.CookieJar = field(default_factory=lambda: aiohttp.CookieJar(unsafe=True))  # of this trip only
    status: int | None = None
    hops: list[int] = field(default_factory=list)  # the redirects' statuses
    wire: int = 0  # bytes received of the last answer
    held: int = 0  # bytes taken from what all bodies share
    spent: float = 0.0  # seconds, without the waiting for a slot


def fetch_all(
    requests: Sequence[Request],
    *,
    limits: Limits,
    user_agent: str,
    deadline: float | None,
    proxy: str = "",
    on_done: Callable[[Fetched], Fetched] | None = None,
) -> tuple[Fetched, ...]:
    """Ask for feeds and pages at once and return one answer each, in their order; never raises for what a server does.

    They are begun in this order, as far as hosts have a free connection. A feed's `allow_private` opens its own host
    and port, for its pages too, and nothing else. `deadline` is in seconds from now, on the monotonic clock (None:
    none); what is not done then ends as `timeout`. `proxy` "env" is the one that the environment names, which resolves
    and connects. `on_done` is called in this thread with each answer as it comes; what it returns stands in its place.
    """

    async def all_of_them() -> list[Fetched]:
        ends = None if deadline is None else _clock() + deadline
        headers = {"User-Agent": user_agent, "Accept-Encoding": _CODINGS}
        public, opened = (guarded_session(limits, headers, allow_private=any_) for any_ in (False, True))
        async with public, opened:
            exchanges = _Exchanges(limits, (public, opened), proxy, len(requests))

            async def one(ask: Request) -> Fetched:
                fetched = await exchanges.fetch(ask, ends)
                return on_done(fetched) if on_done else fetched

            return await asyncio.gather(*map(one, requests))

    return tuple(asyncio.run(all_of_them()))


class _Slot:
    """Connections to one place: a few, and one more for each that is slow, up to the most; begun at a distance."""

    def __init__(self, host: str | None, most: int, distance: float) -> None:
        self._host, self._distance = host, distance
        self._free = asyncio.Semaphore(min(most, _FIRST))
        self._more = max(0, most - _FIRST)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Hold one connection for the duration of the block."""
        async with self._free:
            if self._distance:
                begins = max(_NEXT.get(self._host, 0.0), _clock())
                _NEXT[self._host] = begins + self._distance
                await asyncio.sleep(begins - _clock())  # past the cycle's deadline none begins: what waits stays due
            slow = asyncio.get_running_loop().call_later(_PATIENCE, self._widen)
            try:
                yield
            finally:
                slow.cancel()

    def _widen(self) -> None:
        if self._more:
            self._more -= 1
            self._free.release()


class _Exchanges:
    def __init__(self, limits: Limits, sessions: tuple[aiohttp.ClientSession, ...], proxy: str, asks: int) -> None:
        self._limits, self._proxy = limits, proxy
        self._public, self._opened = sessions
        self._spare = limits.held_bytes // 2  # for whoever needs more than its share of the other half
        self._share = max(_SHARE, self._spare // max(1, asks))
        self._slots: dict[tuple[str | None, int | None], _Slot] = {}
        self._everywhere = asyncio.Semaphore(limits.connections)

    async def fetch(self, ask: Request, ends: float | None) -> Fetched:
        """Run one exchange to its end, whatever it is; `ends` is the loop's time."""
        validators = {"If-None-Match": ask.etag, "If-Modified-Since": ask.last_modified}
        headers = {name: value for name, value in validators.items() if value}
        trip = _Trip(ask=ask, url=ask.url, headers=headers | {"Accept": _PAGES if ask.page else _FEEDS})
        try:
            async with asyncio.timeout_at(ends):
                await asyncio.sleep(0)  # a deadline already past strikes here, before anything is sent
                fetched = await self._follow(trip)
        except Exception as error:  # noqa: BLE001 - nothing that a feed sends may raise out of a cycle
            self._spare += trip.held
            late = isinstance(error, TimeoutError) and ends is not None and _clock() >= ends
            cause = getattr(error, "os_error", error)
            kind, words = next((kind, words) for of, kind, words in _MEANINGS if isinstance(cause, of))
            reason = words.format(limits=self._limits, error=f"{type(error).__name__}: {error}")
            if isinstance(cause, PollError | RefusedError):
                kind, reason = cause.kind, str(cause)
            elif late:
                reason = f"{'cut off' if trip.spent else 'not reached'} by the cycle's deadline"
            at, status = trip.url, trip.status
            fetched = Fetched(feed=ask.feed.name, kind=kind, reason=reason, status=status, url=at, cut_short=late)
        reason, moved = legible(fetched.reason), bool(trip.hops) and _PERMANENT.issuperset(trip.hops)
        spent = round(trip.spent * 1000)
        return replace(fetched, reason=reason, moved=moved, wire_bytes=trip.wire, milliseconds=spent)

    async def _follow(self, trip: _Trip) -> Fetched:
        for _ in range(self._limits.redirects + 1):
            if fetched := await self._hop(trip):
                return fetched
        raise PollError(OutcomeKind.UNREACHABLE, f"over {self._limits.redirects} redirects, the last to {trip.url}")

    async def _hop(self, trip: _Trip) -> Fetched | None:
        """Ask one address; None when it sent us on."""
        url, feed = parsed(trip.url), trip.ask.feed
        own = feed.allow_private and (trip.url == feed.url or place(url) == place(parsed(feed.url)))
        if refusal := check_url(str(url), allow_private=own):
            raise RefusedError(refusal)
        host, port = place(url)
        most, distance = _PRIVATE_CONNECTIONS if own else 1, self._limits.distance_seconds
        slot = self._slots.setdefault((host, port if own else None), _Slot(host, most, distance))
        proxy = proxy_of(url) if self._proxy == "env" else None
        session = self._opened if own or proxy else self._public
        cookies = "; ".join(f"{m.key}={m.coded_value}" for m in trip.cookies.filter_cookies(url).values())
        headers = {**trip.headers, "Cookie": cookies} if cookies else trip.headers
        async with slot.taken(), self._everywhere:
            began = _clock()
            try:
                async with (
                    asyncio.timeout(self._limits.total_seconds - trip.spent),
                    session.get(url, headers=headers, allow_redirects=False, proxy=proxy) as response,
                ):
                    return await self._answer(response, trip, url)
            finally:
                trip.spent += _clock() - began

    async def _answer(self, response: aiohttp.ClientResponse, trip: _Trip, url: URL) -> Fetched | None:
        trip.status = response.status
        trip.cookies.update_cookies(response.cookies, url)
        if response.status in _REDIRECTS and "Location" in response.headers:
            trip.hops.append(response.status)
            trip.url = str(url.join(parsed(response.headers["Location"])))
            if url.scheme == "https" and trip.url.startswith("http:"):
                raise RefusedError(f"a redirect from https to {trip.url}, open to anybody's hand")
            return None
        received = trip.ask.now or datetime.now(UTC)
        fetched = answered(trip.ask, response.status, response.headers, url=str(response.url), received=received)
        if fetched.kind is OutcomeKind.UNCHANGED:
            return fetched
        return replace(fetched, body=await (_page if fetched.kind else self._body)(response, trip))

    async def _body(self, response: aiohttp.ClientResponse, trip: _Trip) -> bytes:
        most, came = self._limits.wire_bytes, bytearray()
        if (response.content_length or 0) > most:
            raise PollError(OutcomeKind.TOO_LARGE, f"more than {most:,} bytes over the wire")
        cut = None
        try:
            async for chunk in response.content.iter_any():
                came += chunk
                trip.wire = len(came)
                if len(came) > most:
                    raise PollError(OutcomeKind.TOO_LARGE, f"more than {most:,} bytes over the wire")
                self._take(trip, len(came))
        except aiohttp.ClientPayloadError as error:  # a length that is told too long cuts nothing off
            cut = error
        coding = response.headers.get("Content-Encoding", "")
        body = inflated(bytes(came), coding, limit=self._limits.body_bytes, cut=cut is not None)
        if cut and not body.rstrip().lower().endswith(_ENDS):
            raise cut
        self._take(trip, len(body))
        return body

    def _take(self, trip: _Trip, size: int) -> None:
        """Count what a body holds beyond its share against what all of them may hold together."""
        more = max(0, size - self._share) - trip.held
        if more > self._spare:
            raise PollError(OutcomeKind.TOO_LARGE, f"with {size:,} bytes here, all bodies together hold too much")
        self._spare -= more
        trip.held += more


def _clock() -> float:
    return asyncio.get_running_loop().time()


async def _page(response: aiohttp.ClientResponse, trip: _Trip) -> bytes:
    """Read the beginning of an error's page; whatever goes wrong meanwhile, the status has said enough."""
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(_PAGE_SECONDS):
            shown = await response.content.read(_PAGE_BYTES)
            trip.wire = len(shown)
            return inflated(shown, response.headers.get("Content-Encoding", ""), limit=_PAGE_BYTES, cut=True)
    return b""

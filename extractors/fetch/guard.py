"""Who may be connected to: public unicast addresses, and what a feed's `allow_private` opens besides.

Checked where it counts: on every address that a name resolves to, at the moment it resolves (`GuardedResolver`), and
on every socket before it connects (`guarded_socket`). `check_url` refuses earlier, and says why in words.
"""

import asyncio
import re
import socket
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from extractors.fetch.limits import Limits
from extractors.model import OutcomeKind

_BLOCKS: Final = {
    name: tuple(map(ip_network, blocks))
    for name, blocks in tomllib.loads(Path(__file__).with_name("blocks.toml").read_text("utf-8")).items()
}
_NAME_THREADS: Final = 32  # names looked up at once: a dead name server must not hold up the living feeds
_PARTS: Final = re.compile(r"((?:[a-z][a-z0-9+.-]*:)?(?://[^/?#]*)?)(.*)", re.IGNORECASE | re.DOTALL)
_LEGAL: Final = "%:/?#[]@!$&'()*+,;=~"  # RFC 3986 §2.2, beside letters and digits
_HEADER_BYTES: Final = 32_768  # of one header line; aiohttp's own 8 KiB is less than some policies sent

AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class RefusedError(OSError):
    """The guard refused a connection; `str()` says which and why."""

    kind = OutcomeKind.REFUSED


@lru_cache(maxsize=4096)
def is_open(address: str, *, allow_private: bool) -> bool:
    """Say whether an address in its usual spelling may be connected to: public unicast, also the one it carries inside.

    IPv4-mapped, NAT64 (64:ff9b::/96), 6to4 and Teredo addresses are as public as what they carry. `allow_private` adds
    loopback and private ones.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if allow_private and _among("private", getattr(parsed, "ipv4_mapped", None) or parsed):
        return True
    return all(_among("unicast", one) and not _among("closed", one) for one in _carried(parsed))


def _among(blocks: str, address: IPv4Address | IPv6Address) -> bool:
    return any(address in block for block in _BLOCKS[blocks])


def _carried(address: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return the addresses that one leads to, mostly itself; Teredo names its server and its client."""
    if isinstance(address, IPv4Address):
        return (address,)
    if _among("nat64", address):  # RFC 6052: the last 32 bits are the IPv4 address
        return (IPv4Address(address.packed[-4:]),)
    return address.teredo or (address.ipv4_mapped or address.sixtofour or address,)


def parsed(url: str) -> URL:
    """Return an address as written: quoted anew, a signed one breaks (RFC 3986 §2.2); what is illegal is quoted.

    Raises RefusedError for what is no address.
    """
    authority, rest = _PARTS.match(url.strip()).groups()  # type: ignore[union-attr]  # it matches everything
    try:
        named = URL(authority)  # a name in other letters is written as it is asked for (IDNA)
        path = URL(quote(rest, safe=_LEGAL), encoded=True)
        made = URL(f"{authority}{path}", encoded=True) if authority.isascii() else named.join(path)
        if "#" not in rest and rest.find("?") == len(rest) - 1 >= 0:
            made = made.with_path(f"{made.raw_path}?", encoded=True)  # yarl drops a query that holds nothing
        _ = made.port  # ValueError where it is none
    except ValueError as error:
        raise RefusedError(f"the address is malformed: {error}") from error
    return made


def place(url: URL) -> tuple[str | None, int | None]:
    """Return host and port: what a slot, and what `allow_private` stands for."""
    return (url.raw_host or "").rstrip(".").lower(), url.port


def proxy_of(url: URL) -> str | None:
    """Return the proxy that the environment names for an address (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, as curl has them).

    It resolves the name and connects, so that of the guard's rules those on the address itself are left.
    """
    if url.host is None or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


def check_url(url: str, *, allow_private: bool) -> str | None:
    """Return why a URL must not be asked for, or None; names are judged when they resolve."""
    if any(character <= " " or character in "\\\x7f" for character in url):
        return "the address holds a blank, a control character or a backslash"
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        return f"the address is malformed: {error}"
    literal = _literal(host)
    faults = (
        (parts.scheme not in {"http", "https"}, f"only http and https are fetched, not {parts.scheme or 'nothing'!r}"),
        ("@" in parts.netloc, "the address carries a user name or password"),
        (not host or port == 0 or "%" in host, "the address names no usable host and port"),
        (literal and not is_open(literal, allow_private=allow_private), f"{host} is not a public address"),
    )
    return next((words for wrong, words in faults if wrong), None)


def guarded_socket(info: AddressInfo, *, allow_private: bool) -> socket.socket:
    """Make the socket for one connection, or raise `RefusedError`: the last look, whatever led here."""
    family, kind, protocol, _, address = info
    if not is_open(str(address[0]), allow_private=allow_private):
        raise RefusedError(f"{address[0]} is not a public address")
    return socket.socket(family, kind, protocol)


class GuardedResolver(AbstractResolver):
    """Resolves names in threads that nobody waits for at the end; lets permitted addresses through alone.

    `allow_private`: whether loopback and private addresses pass.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._threads = ThreadPoolExecutor(_NAME_THREADS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the permitted addresses of a host; raise `RefusedError` when it has others only."""
        ask = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        fit = [info for info in found if is_open(str(info[4][0]), allow_private=self._allow_private)]
        if found and not fit:
            raise RefusedError(f"{host} resolves to {found[0][4][0]}, which is not a public address")
        made = partial(ResolveResult, hostname=host, port=port, flags=socket.AI_NUMERICHOST)
        return [made(host=str(at[0]), family=kind, proto=protocol) for kind, _, protocol, _, at in fit]

    async def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Reply(ResponseHandler):
    """Reads head and body apart: what follows a length that is told too short costs no more than itself."""

    def data_received(self, data: bytes) -> None:
        head, _, body = data.partition(b"\r\n\r\n")
        if body and b"content-length" in head.lower():
            super().data_received(data.removesuffix(body))
            data = body
        super().data_received(data)


class _Connector(TCPConnector):
    def __init__(self, *, allow_private: bool) -> None:
        make = partial(guarded_socket, allow_private=allow_private)
        super().__init__(resolver=GuardedResolver(allow_private=allow_private), socket_factory=make, limit=0)
        self._factory = cast("partial[ResponseHandler]", partial(_Reply, loop=self._loop))


def guarded_session(limits: Limits, headers: dict[str, str], *, allow_private: bool) -> ClientSession:
    """Make a session whose every connection is guarded; the caller bounds how many, and follows redirects itself."""
    return ClientSession(
        connector=_Connector(allow_private=allow_private),
        headers=headers,
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None, connect=limits.connect_seconds, sock_read=limits.read_seconds),
        auto_decompress=False,
        max_line_size=_HEADER_BYTES,
        max_field_size=_HEADER_BYTES,
        trust_env=False,  # a proxy connects for us, past the guard: only where the operator says so (`proxy_of`)
    )


@lru_cache(maxsize=4096)
def _literal(host: str) -> str | None:
    """Return the address that a host stands for without any lookup, in its usual spelling; None for a name.

    `inet_aton` reads what the system's resolver would: decimal, octal, hexadecimal and short IPv4.
    """
    if ":" in host:
        return host
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 §6.3: always the loopback, whoever resolves
        return "127.0.0.1"
    try:
        return str(IPv4Address(socket.inet_aton(host)))
    except (OSError, UnicodeEncodeError):
        return None

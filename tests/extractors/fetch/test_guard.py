import asyncio
import socket
from collections.abc import Callable

import pytest

from extractors.fetch import guard
from extractors.fetch.guard import check_url, guarded_socket, is_open
from tests.table import table

CLOSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "3fff::1", "2001:10::1",
    "64:ff9b:1::1", "100::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo whose client is 127.0.0.1
    "2001:0:7f00:1:0:0:f7f7:f7f7",  # Teredo whose server is 127.0.0.1
    "", "localhost", "nonsense", "1.2.3", "2130706433"
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
    "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:200::1", "2a00:1450::1",
    "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:f7f7:f7f7"
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_open(address, allow_private=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_open(address, allow_private=False)


@table("address, opened")
def test_allow_private_opens_loopback_and_private_addresses_only(address: str, *, opened: bool) -> None:
    assert is_open(address, allow_private=True) is opened


REFUSED_URLS = [
    *(f"http://{spelling}/feed" for spelling in (
        "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1", "127.0.0.1.",
        "127.0.0.1..", "0", "10.1", "0xA9FEA9FE", "169.254.43518", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25eth0]", "127.0.0.1:8080", "127%2e0.0.1", "[::1"
    )),
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com/feed", "",
    "http://user@example.com/", "http://user:secret@example.com/", "http://@example.com/", "http://example.com@127.0.0.1/",
    "http:///feed", "http://example.com:0/", "http://example.com:99999/", "http://example.com\\@127.0.0.1/",
    "http://exam ple.com/", "http://example.com/\r\nHost: x", "http://example.com/\x7f"
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_urls_refused_with_a_reason(url: str) -> None:
    reason = check_url(url, allow_private=False)
    assert reason
    assert "secret" not in reason


@table("url", "http://" + "a" * 300 + ".example/")
def test_urls_that_may_be_asked_for(url: str) -> None:
    assert check_url(url, allow_private=False) is None


def test_allow_private_opens_a_literal_address_but_no_metadata_service() -> None:
    assert check_url("http://127.0.0.1:8080/", allow_private=True) is None
    assert check_url("http://[::1]/", allow_private=True) is None
    assert check_url("http://169.254.169.254/latest/meta-data", allow_private=True)


def infos(*addresses: str) -> list[guard.AddressInfo]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def resolved(lookup: Callable[..., object], *, allow_private: bool = False) -> list[str]:
    async def ask() -> list[str]:
        guarded = guard.GuardedResolver(allow_private=allow_private)
        try:
            return [answer["host"] for answer in await guarded.resolve("localhost", 80)]
        finally:
            await guarded.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lookup)
        return asyncio.run(ask())


def test_the_resolver_lets_only_permitted_addresses_through() -> None:
    assert resolved(lambda *_, **__: infos("10.0.0.1", "8.8.8.8")) == ["8.8.8.8"]
    assert resolved(lambda *_, **__: []) == []
    assert set(resolved(socket.getaddrinfo, allow_private=True)) <= {"127.0.0.1", "::1"}
    with pytest.raises(guard.RefusedError, match=r"localhost resolves to 127\.0\.0\.1"):
        resolved(lambda *_, **__: infos("127.0.0.1"))
    with pytest.raises(guard.RefusedError):
        resolved(socket.getaddrinfo)


def test_no_socket_is_made_for_a_closed_address() -> None:
    with pytest.raises(guard.RefusedError, match=r"127\.0\.0\.1"):
        guarded_socket(*infos("127.0.0.1"), allow_private=False)
    for address, private in (("8.8.8.8", False), ("127.0.0.1", True)):
        guarded_socket(*infos(address), allow_private=private).close()

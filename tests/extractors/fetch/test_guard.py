import asyncio
import socket
from collections.abc import Callable

import pytest

from extractors.fetch import guard
from extractors.fetch.guard import check_url, guarded_socket, is_open
from tests.table import table


@table("address, public")
def test_which_addresses_are_public(address: str, *, public: bool) -> None:
    assert is_open(address, allow_private=False) is public


@table("address, opened")
def test_allow_private_opens_loopback_and_private_addresses_only(address: str, *, opened: bool) -> None:
    assert is_open(address, allow_private=True) is opened


@table("url")
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

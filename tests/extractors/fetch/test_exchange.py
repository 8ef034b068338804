import gzip
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import repeat
from typing import Any

import brotli
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from extractors.fetch import exchange, guard
from extractors.fetch.door import fetch_all
from extractors.fetch.limits import Limits
from extractors.model import Feed, Fetched, OutcomeKind, Request
from tests.builders import feed
from tests.publisher import Answer, Asked, Publisher

BODY = b"<rss><channel><item><title>A</title></item></channel></rss>"
LIMITS = Limits(connect_seconds=2, read_seconds=2, total_seconds=5)


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as publisher:
        yield publisher


@pytest.fixture
def canary() -> Iterator[Publisher]:
    """A listener that nobody may reach."""
    with Publisher({"/": Answer(body=b"secret")}) as publisher:
        yield publisher
        assert publisher.connections == 0


def own(url: str, **changes: Any) -> Feed:
    return feed(url=url, allow_private=True, **changes)


def one(asked: Feed | Request, **changes: Any) -> Fetched:
    request = asked if isinstance(asked, Request) else Request(feed=asked)
    (fetched,) = fetch_all([request], limits=replace(LIMITS, **changes), user_agent="Konato/test", deadline=None)
    return fetched


def test_a_body_with_all_that_came_with_it(site: Publisher) -> None:
    headers = {
        "ETag": '"1"',
        "Last-Modified": "x",
        "Content-Type": "text/xml; charset=euc-kr",
        "Cache-Control": "max-age=60",
    }
    site.answers["/feed"] = Answer(body=BODY, headers=headers)
    got = one(own(site.url("/feed"), name="b"))
    assert (got.feed, got.kind, got.reason, got.status, got.body) == ("b", None, "", 200, BODY)
    assert (got.etag, got.last_modified, got.content_type) == ('"1"', "x", "text/xml; charset=euc-kr")
    assert (got.url, got.wire_bytes, got.min_wait) == (site.url("/feed"), len(BODY), timedelta(minutes=1))
    asked = site.requests[0].headers
    assert asked["user-agent"] == "Konato/test"
    assert asked["accept-encoding"] == "gzip, deflate, br"
    assert "rss" in asked["accept"]
    assert not {"if-none-match", "if-modified-since", "cookie"} & set(asked)


def test_validators_go_out_and_304_comes_back(site: Publisher) -> None:
    site.answers["/feed"] = Answer(status=304, headers={"ETag": '"2"'})
    got = one(Request(feed=own(site.url("/feed")), etag='"1"', last_modified="then"))
    assert (got.kind, got.status, got.etag, got.wire_bytes) == (OutcomeKind.UNCHANGED, 304, '"2"', 0)
    assert site.requests[0].headers["if-none-match"] == '"1"'
    assert site.requests[0].headers["if-modified-since"] == "then"


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_compressed_bodies(site: Publisher, coding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(BODY)
    site.answers["/feed"] = Answer(body=packed, headers={"Content-Encoding": coding})
    got = one(own(site.url("/feed")))
    assert (got.kind, got.body, got.wire_bytes) == (None, BODY, len(packed))


def test_answers_come_in_the_order_of_the_requests_and_each_is_told(site: Publisher) -> None:
    for number in range(100):
        site.answers[f"/{number}"] = Answer(body=str(number).encode())
    requests = [Request(feed=own(site.url(f"/{number}"), name=str(number))) for number in range(100)]
    told: list[str] = []
    got = fetch_all(
        requests, limits=LIMITS, user_agent="K", deadline=10, on_done=lambda fetched: told.append(fetched.feed)
    )
    assert [fetched.body for fetched in got] == [str(number).encode() for number in range(100)]
    assert sorted(told, key=int) == [fetched.feed for fetched in got]
    assert 1 < site.connections <= 16


def test_nothing_asked_nothing_done() -> None:
    assert fetch_all([], limits=LIMITS, user_agent="K", deadline=None) == ()


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, OutcomeKind.BLOCKED), (404, OutcomeKind.GONE), (429, OutcomeKind.RATE_LIMITED), (500, OutcomeKind.SERVER_ERROR), (302, OutcomeKind.UNREACHABLE)],
)  # fmt: skip
def test_a_status_with_its_page(site: Publisher, status: int, kind: OutcomeKind) -> None:
    page = b"<html><title>Sorry\x1b[31m, no</title></html>"
    site.answers["/feed"] = Answer(status=status, body=gzip.compress(page), headers={"Content-Encoding": "gzip"})
    got = one(own(site.url("/feed")))
    assert (got.kind, got.status, got.body) == (kind, status, page)
    assert got.wire_bytes == len(gzip.compress(page))
    assert str(status) in got.reason


@pytest.mark.parametrize(
    "written",
    ["/f?sig=a%2Fb%3D%27", "/f?q=%7Ea~&s=a'b(c)*", "/a%2fb/c+d?x=%E2%82%AC&y=1%20", "/f?a[]=1&b=;c", "/%61/b"],
)
def test_r9_addresses_go_out_as_written(site: Publisher, written: str) -> None:
    site.answers |= {written: Answer(body=BODY), "/hop": Answer(status=302, headers={"Location": written})}
    assert one(own(site.url(written))).body == one(own(site.url("/hop"))).body == BODY
    assert site.requests[0].path == site.requests[-1].path == written


@pytest.mark.parametrize(
    ("written", "sent"), [("/나토?q=방산", "/%EB%82%98%ED%86%A0?q=%EB%B0%A9%EC%82%B0"), ('/a|b"c', "/a%7Cb%22c")]
)
def test_r9_what_no_address_may_hold_is_quoted(site: Publisher, written: str, sent: str) -> None:
    site.answers[sent] = Answer(body=BODY)
    assert one(own(site.url(written))).body == BODY


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_an_unreadable_page_spoils_no_status(site: Publisher, coding: str) -> None:
    site.answers["/feed"] = Answer(status=404, body=b"not packed", headers={"Content-Encoding": coding})
    assert one(own(site.url("/feed"))).kind is OutcomeKind.GONE


def test_retry_after_as_a_date(site: Publisher) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    site.answers["/feed"] = Answer(status=503, headers={"Retry-After": then})
    got = one(own(site.url("/feed")))
    assert got.retry_after
    assert timedelta(minutes=59) < got.retry_after <= timedelta(hours=1)


# Redirects and cookies


def test_redirects_are_followed_and_the_last_address_told(site: Publisher) -> None:
    site.answers["/a"] = Answer(status=301, headers={"Location": "/b?x=1"})
    site.answers["/b?x=1"] = Answer(status=307, headers={"Location": site.url("/c")})
    site.answers["/c"] = Answer(body=BODY)
    got = one(own(site.url("/a")))
    assert (got.kind, got.body, got.url, got.moved) == (None, BODY, site.url("/c"), False)
    site.answers["/b?x=1"] = Answer(status=308, headers={"Location": site.url("/c")})
    assert [one(own(site.url(path))).moved for path in ("/a", "/c")] == [True, False]


def test_a_redirect_loop_ends(site: Publisher) -> None:
    site.answers["/a"] = Answer(status=302, headers={"Location": "/a"})
    got = one(own(site.url("/a")), redirects=3)
    assert got.kind is OutcomeKind.UNREACHABLE
    assert "redirects" in got.reason
    assert len(site.requests) == 4


def gate(asked: Asked) -> Answer:
    if "pass=1" in asked.headers.get("cookie", ""):
        return Answer(body=BODY)
    return Answer(status=302, headers={"Location": asked.path, "Set-Cookie": "pass=1; Path=/"})


def test_a_gate_opens_to_its_own_cookie_anew_each_time(site: Publisher) -> None:
    site.answers["/feed"] = gate
    for _ in range(2):
        got = fetch_all([Request(feed=own(site.url("/feed")))] * 2, limits=LIMITS, user_agent="K", deadline=None)
        assert {fetched.body for fetched in got} == {BODY}
    assert sum("cookie" not in asked.headers for asked in site.requests) == 4


def test_a_cookie_stays_with_its_host(site: Publisher) -> None:
    with Publisher({"/": Answer(body=BODY)}) as other:
        site.answers["/feed"] = Answer(status=302, headers={"Location": other.url("/"), "Set-Cookie": "a=1; Path=/x"})
        assert one(own(site.url("/feed"))).kind is OutcomeKind.REFUSED
        assert other.connections == 0


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://[::1", OutcomeKind.REFUSED), ("ftp://a.example/", OutcomeKind.REFUSED), ("file:///etc/passwd", OutcomeKind.REFUSED),
        ("javascript:x", OutcomeKind.REFUSED), ("http://u:p@127.0.0.1/", OutcomeKind.REFUSED), ("http://h:99999/", OutcomeKind.REFUSED),
        ("", OutcomeKind.UNREACHABLE),
    ],
)  # fmt: skip
def test_redirects_that_lead_nowhere(site: Publisher, location: str, kind: OutcomeKind) -> None:
    site.answers["/feed"] = Answer(status=302, headers={"Location": location})
    assert one(own(site.url("/feed"))).kind is kind


# The guard, with a canary


SPELLINGS = [
    "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "localhost", "LOCALHOST.", "x.localhost",
    "[::ffff:127.0.0.1]", "[::1]", "0", "0.0.0.0", "127%2e0.0.1", "user@127.0.0.1", "１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_first_hop_is_guarded(canary: Publisher, spelling: str) -> None:
    assert one(feed(url=f"http://{spelling}:{canary.port}/")).kind is OutcomeKind.REFUSED


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_redirect_is_guarded(site: Publisher, canary: Publisher, spelling: str) -> None:
    site.answers["/feed"] = Answer(
        status=302, headers={"Location": f"http://{spelling}:{canary.port}/".encode().decode("latin-1")}
    )
    got = one(own(site.url("/feed")))
    assert got.kind is OutcomeKind.REFUSED


def test_allow_private_opens_host_and_port_and_nothing_else(site: Publisher, canary: Publisher) -> None:
    site.answers["/feed"] = Answer(status=302, headers={"Location": canary.url("/")})
    got = one(own(site.url("/feed")))
    assert (got.kind, got.reason) == (OutcomeKind.REFUSED, "127.0.0.1 is not a public address")


class Names(AbstractResolver):
    """Answers lookups of a name in turn."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if not self.addresses:
            raise OSError(socket.EAI_NONAME, "no such name")
        address = self.addresses.pop(0)
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


def named(names: Names, *feeds: Feed) -> tuple[Fetched, ...]:
    asks = [Request(feed=each) for each in feeds]
    return exchange.run(asks, limits=LIMITS, user_agent="K", deadline=None, names=names)


def test_a_name_that_resolves_to_a_private_address(canary: Publisher) -> None:
    (got,) = named(Names("127.0.0.1"), feed(url=f"http://inside.example:{canary.port}/"))
    assert got.kind is OutcomeKind.REFUSED
    assert "inside.example resolves to 127.0.0.1" in got.reason


@pytest.fixture
def _public_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 127.0.0.2 pass for a public address."""
    known = guard.is_public
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.2" or known(address))


@pytest.mark.usefixtures("_public_loopback")
def test_a_dns_answer_that_changes_between_two_requests(canary: Publisher) -> None:
    with Publisher(host="127.0.0.2") as public:
        public.answers["/"] = Answer(status=302, headers={"Location": f"http://rebound.example:{canary.port}/"})
        (got,) = named(Names("127.0.0.2", "127.0.0.1"), feed(url=f"http://rebound.example:{public.port}/"))
        assert len(public.requests) == 1
    assert got.kind is OutcomeKind.REFUSED


@pytest.mark.usefixtures("_public_loopback")
def test_a_dns_answer_that_changes_for_the_next_feed_of_the_host(canary: Publisher) -> None:
    names = Names("127.0.0.1", "127.0.0.1")
    feeds = [feed(url=f"http://rebound.example:{canary.port}/{number}") for number in range(2)]
    assert {got.kind for got in named(names, *feeds)} == {OutcomeKind.REFUSED}


@pytest.mark.usefixtures("_public_loopback")
def test_one_connection_to_a_public_host_however_many_feeds_it_has() -> None:
    with Publisher(host="127.0.0.2") as public:
        public.answers["/"] = Answer(body=BODY)
        got = fetch_all([Request(feed=feed(url=public.url()))] * 20, limits=LIMITS, user_agent="K", deadline=None)
        assert {fetched.kind for fetched in got} == {None}
        assert public.connections == 1


def test_a_name_that_does_not_resolve() -> None:
    (got,) = named(Names(), feed(url="http://nowhere.example/"))
    assert got.kind is OutcomeKind.UNREACHABLE
    assert "no such name" in got.reason


def test_proxies_of_the_environment_are_not_used(
    site: Publisher, canary: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, canary.url())
    site.answers["/feed"] = Answer(body=BODY)
    assert one(own(site.url("/feed"))).body == BODY


# What hostile and broken servers do


@pytest.mark.parametrize("head", [b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nX: y", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_x7_a_head_that_drips_ends_by_the_total(head: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                while not over.wait(0.02):
                    connection.sendall(head if b"100" in head else head[:1] if not sent else b"y")
                    sent.append(1)

        sent: list[int] = []
        server = threading.Thread(target=drip)
        server.start()
        got = one(own(f"http://127.0.0.1:{listener.getsockname()[1]}/"), total_seconds=0.4)
        over.set()
        server.join()
    assert got.kind in {OutcomeKind.TIMEOUT, OutcomeKind.UNREACHABLE}
    assert got.milliseconds < 2_000


def test_an_endless_stream_is_cut(site: Publisher) -> None:
    site.answers["/feed"] = Answer(stream=lambda: repeat(b"x" * 65_536))
    got = one(own(site.url("/feed")), wire_bytes=300_000)
    assert (got.kind, got.body) == (OutcomeKind.TOO_LARGE, b"")
    assert 300_000 < got.wire_bytes < 1_000_000


def test_an_announced_length_is_believed(site: Publisher) -> None:
    site.answers["/feed"] = Answer(body=b"x", headers={"Content-Length": "99999999"})
    got = one(own(site.url("/feed")))
    assert (got.kind, got.wire_bytes) == (OutcomeKind.TOO_LARGE, 0)


def test_a_bomb_is_cut(site: Publisher) -> None:
    site.answers["/feed"] = Answer(body=gzip.compress(b"\0" * 5_000_000), headers={"Content-Encoding": "gzip"})
    got = one(own(site.url("/feed")), body_bytes=1_000_000)
    assert got.kind is OutcomeKind.TOO_LARGE
    assert "decompressed" in got.reason


def test_broken_compression_is_undecodable(site: Publisher) -> None:
    site.answers["/feed"] = Answer(body=gzip.compress(BODY)[:-4], headers={"Content-Encoding": "gzip"})
    assert one(own(site.url("/feed"))).kind is OutcomeKind.UNDECODABLE


def test_bodies_together_are_bounded_and_small_ones_always_pass(site: Publisher) -> None:
    site.answers["/big"] = Answer(body=b"x" * 1_000_000)
    site.answers["/small"] = Answer(body=b"x" * 200_000)
    paths = ["/big"] * 3 + ["/small"] * 5
    limits = replace(LIMITS, held_bytes=1_600_000, connections=1)
    got = fetch_all([Request(feed=own(site.url(path))) for path in paths], limits=limits, user_agent="K", deadline=None)
    assert [fetched.kind for fetched in got] == [None, None, OutcomeKind.TOO_LARGE] + [None] * 5
    limits = replace(limits, body_bytes=900_000)  # what fails gives back what it held
    got = fetch_all([Request(feed=own(site.url(path))) for path in paths], limits=limits, user_agent="K", deadline=None)
    assert all("decompressed" in fetched.reason for fetched in got[:3])


def test_a_slow_drip_ends_by_the_total(site: Publisher) -> None:
    site.answers["/feed"] = Answer(stream=lambda: site.drip(b"x", 0.05))
    got = one(own(site.url("/feed")), total_seconds=0.4)
    assert (got.kind, got.reason) == (OutcomeKind.TIMEOUT, "not finished after 0.4 s")
    assert got.milliseconds >= 390
    assert not got.cut_short


def test_silence_ends_by_the_read_time_out(site: Publisher) -> None:
    site.answers["/feed"] = Answer(stream=lambda: site.drip(b"x", 5))
    got = one(own(site.url("/feed")), read_seconds=0.2)
    assert (got.kind, got.reason) == (OutcomeKind.TIMEOUT, "nothing came for 0.2 s")


def test_a_page_that_drips_spoils_no_status(site: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_PAGE_SECONDS", 0.1)
    site.answers["/feed"] = Answer(status=403, stream=lambda: site.drip(b"", 5))
    assert one(own(site.url("/feed"))).kind is OutcomeKind.BLOCKED


def test_a_host_that_takes_no_connection() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        try:  # a full backlog answers no handshake
            for _ in range(4):
                waiting.append(socket.socket())
                waiting[-1].setblocking(False)
                waiting[-1].connect_ex(("127.0.0.1", port))
            got = one(own(f"http://127.0.0.1:{port}/"), connect_seconds=0.3)
        finally:
            for each in waiting:
                each.close()
    assert (got.kind, got.reason) == (OutcomeKind.TIMEOUT, "no connection within 0.3 s")


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        got = one(own(f"http://127.0.0.1:{unused.getsockname()[1]}/"))
    assert got.kind is OutcomeKind.UNREACHABLE


@pytest.mark.parametrize(
    "raw",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5000 + b"\r\n"],
)  # fmt: skip
def test_answers_that_are_no_http(site: Publisher, raw: bytes) -> None:
    site.answers["/feed"] = Answer(raw=raw)
    got = one(own(site.url("/feed")))
    assert got.kind is OutcomeKind.UNREACHABLE
    assert 0 < len(got.reason) <= 300


def test_plain_http_behind_https(site: Publisher) -> None:
    got = one(own(site.url("/feed").replace("http", "https")))
    assert got.kind is OutcomeKind.TLS
    assert got.reason


def test_a_certificate_that_nobody_signed(tmp_path: Any) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    made = subprocess.run(
        [*command, "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("no openssl here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    return

        server = threading.Thread(target=serve)
        server.start()
        got = one(own(f"https://127.0.0.1:{listener.getsockname()[1]}/"))
        server.join()
    assert got.kind is OutcomeKind.TLS
    assert "certificate" in got.reason.lower()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "http://[", "http://h:x/", "ftp://a.example/", "http://a b/", "\x00"]
)
def test_an_address_that_is_none(url: str) -> None:
    assert one(feed(url=url)).kind is OutcomeKind.REFUSED


# The deadline


def test_what_the_deadline_does_not_reach_is_said_to_be_so(site: Publisher) -> None:
    (got,) = fetch_all([Request(feed=own(site.url("/feed")))], limits=LIMITS, user_agent="K", deadline=-1)
    assert (got.kind, got.cut_short, got.status) == (OutcomeKind.TIMEOUT, True, None)
    assert got.reason == "not reached by the cycle's deadline"
    assert not site.requests


def test_what_the_deadline_cuts_off_is_said_to_be_so(site: Publisher) -> None:
    site.answers["/slow"] = Answer(stream=lambda: site.drip(b"x", 0.05))
    site.answers["/quick"] = Answer(body=BODY)
    requests = [Request(feed=own(site.url(path))) for path in ("/quick", "/slow", "/slow")]
    limits = replace(LIMITS, connections=1)
    quick, cut, missed = fetch_all(requests, limits=limits, user_agent="K", deadline=1.0)
    assert quick.kind is None
    assert (cut.reason, missed.reason) == ("cut off by the cycle's deadline", "not reached by the cycle's deadline")
    assert cut.cut_short
    assert missed.cut_short


# Article pages


def test_pages_under_the_same_guard(site: Publisher, canary: Publisher) -> None:
    site.answers["/1"] = Answer(body=b"<html>")
    mine, stranger = own(site.url("/feed")), feed(name="b", url="http://a.example/")
    urls = [(mine, site.url("/1")), (mine, canary.url()), (stranger, canary.url("/x"))]
    asked = [Request(feed=source, page=url) for source, url in urls]
    page, *refused = fetch_all(asked, limits=LIMITS, user_agent="K", deadline=5)
    assert page.body == b"<html>"
    assert [answer.kind for answer in refused] == [OutcomeKind.REFUSED] * 2
    assert site.requests[0].headers["accept"].startswith("text/html")


def test_the_door_is_light_to_import() -> None:
    check = "import sys, extractors.fetch.door; sys.exit('aiohttp' in sys.modules or 'asyncio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import brotli
import pytest
from backports import zstd

from extractors.fetch import door, guard
from extractors.fetch.door import fetch_all
from extractors.fetch.limits import Limits
from extractors.model import Feed, Fetched, OutcomeKind, Request
from tests.builders import feed
from tests.publisher import Answer, Asked, Publisher
from tests.table import table

zipped = partial(gzip.compress, mtime=0)  # what tests are called may not change
BODY = b"<rss><channel><item><title>A</title></item></channel></rss>"
LIMITS = Limits(connect_seconds=2, read_seconds=2, total_seconds=5)
REFUSED, TIMEOUT, UNREACHABLE = OutcomeKind.REFUSED, OutcomeKind.TIMEOUT, OutcomeKind.UNREACHABLE


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher() as publisher:
        yield publisher


@pytest.fixture
def site(publisher: Publisher) -> Publisher:
    publisher.answers.clear()
    publisher.requests.clear()
    publisher.connections = 0
    return publisher


@pytest.fixture(scope="module")
def canary() -> Iterator[Publisher]:
    """A listener that nobody may reach."""
    with Publisher({"/": Answer(body=b"secret")}) as publisher:
        yield publisher
        assert publisher.connections == 0


def own(url: str, **changes: Any) -> Feed:
    return feed(url=url, allow_private=True, **changes)


def fetch(requests: Iterable[Request | Feed], *, deadline: float | None = None, **changes: Any) -> tuple[Fetched, ...]:
    asked = [each if isinstance(each, Request) else Request(feed=each) for each in requests]
    return fetch_all(asked, limits=replace(LIMITS, **changes), user_agent="Konato/test", deadline=deadline)


def one(asked: Feed | Request, **changes: Any) -> Fetched:
    return fetch([asked], **changes)[0]


def redirect(location: str, status: int = 302, cookie: str = "") -> Answer:
    return Answer(status=status, headers={"Location": location} | ({"Set-Cookie": cookie} if cookie else {}))


def test_a_body_with_all_that_came_with_it(site: Publisher) -> None:
    headers = {"ETag": '"1"', "Last-Modified": "x", "Content-Type": "text/xml; charset=euc-kr", "Cache-Control": "max-age=60"}  # fmt: skip
    site.answers["/feed"] = Answer(body=BODY, headers=headers)
    got = one(own(site.url("/feed"), name="b"))
    assert (got.feed, got.kind, got.reason, got.status, got.body) == ("b", None, "", 200, BODY)
    assert (got.etag, got.last_modified, got.content_type) == ('"1"', "x", "text/xml; charset=euc-kr")
    assert (got.url, got.wire_bytes, got.min_wait) == (site.url("/feed"), len(BODY), timedelta(minutes=1))
    asked = site.requests[0].headers
    assert (asked["user-agent"], asked["accept-encoding"]) == ("Konato/test", door._CODINGS)
    assert "rss" in asked["accept"]
    assert not {"if-none-match", "if-modified-since", "cookie"} & set(asked)


def test_validators_go_out_and_304_comes_back(site: Publisher) -> None:
    site.answers["/feed"] = Answer(status=304, headers={"ETag": '"2"'})
    got = one(Request(feed=own(site.url("/feed")), etag='"1"', last_modified="then"))
    assert (got.kind, got.status, got.etag, got.wire_bytes) == (OutcomeKind.UNCHANGED, 304, '"2"', 0)
    asked = site.requests[0].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', "then")


@pytest.mark.parametrize(
    ("coding", "packed"), [("gzip", zipped(BODY)), ("br", brotli.compress(BODY)), ("zstd", zstd.compress(BODY))]
)
def test_compressed_bodies(site: Publisher, coding: str, packed: bytes) -> None:
    site.answers["/feed"] = Answer(body=packed, headers={"Content-Encoding": coding})
    got = one(own(site.url("/feed")))
    assert (got.kind, got.body, got.wire_bytes) == (None, BODY, len(packed))


def test_answers_come_in_the_order_of_the_requests_and_each_is_told(site: Publisher) -> None:
    told: list[str] = []
    site.answers |= {f"/{number}": Answer(body=str(number).encode()) for number in range(100)}
    requests = [Request(feed=own(site.url(f"/{number}"), name=str(number))) for number in range(100)]

    def come(done: Fetched) -> Fetched:
        told.append(done.feed)
        return done

    got = fetch_all(requests, limits=LIMITS, user_agent="K", deadline=10, on_done=come)
    assert [fetched.body for fetched in got] == [str(number).encode() for number in range(100)]
    assert sorted(told, key=int) == [fetched.feed for fetched in got]
    assert 1 < site.connections <= 16
    assert fetch([]) == ()


@table("status, kind")
def test_a_status_with_its_page_which_spoils_none(site: Publisher, status: int, kind: OutcomeKind) -> None:
    page = zipped(b"<html><title>Sorry\x1b[31m, no</title></html>")
    site.answers["/feed"] = Answer(status=status, body=page, headers={"Content-Encoding": "gzip"})
    got = one(own(site.url("/feed")))
    assert (got.kind, got.status, got.body, got.wire_bytes) == (kind, status, gzip.decompress(page), len(page))
    assert str(status) in got.reason
    for coding in ("zstd", "gzip"):
        site.answers["/feed"] = Answer(status=status, body=b"not packed", headers={"Content-Encoding": coding})
        assert one(own(site.url("/feed"))).kind is kind


@table("written, sent")
def test_r9_addresses_go_out_as_written_but_for_what_none_may_hold(site: Publisher, written: str, sent: str) -> None:
    site.answers |= {sent: Answer(body=BODY), "/hop": redirect(sent)}
    assert one(own(site.url(written))).body == one(own(site.url("/hop"))).body == BODY
    assert site.requests[0].path == site.requests[-1].path == sent


def test_retry_after_as_a_date(site: Publisher) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    site.answers["/feed"] = Answer(status=503, headers={"Retry-After": then})
    assert timedelta(minutes=59) < (one(own(site.url("/feed"))).retry_after or timedelta()) <= timedelta(hours=1)


# Redirects and cookies


def test_redirects_are_followed_and_the_last_address_told(site: Publisher) -> None:
    site.answers |= {"/a": redirect("/b?x=1", 301), "/b?x=1": redirect(site.url("/c"), 307), "/c": Answer(body=BODY)}
    got = one(own(site.url("/a")))
    assert (got.kind, got.body, got.url, got.moved) == (None, BODY, site.url("/c"), False)
    site.answers["/b?x=1"] = redirect(site.url("/c"), 308)
    assert [one(own(site.url(path))).moved for path in ("/a", "/c")] == [True, False]


def test_a_redirect_loop_ends(site: Publisher) -> None:
    site.answers["/a"] = redirect("/a")
    got = one(own(site.url("/a")), redirects=3)
    assert (got.kind, "redirects" in got.reason, len(site.requests)) == (UNREACHABLE, True, 4)


def gate(asked: Asked) -> Answer:
    opened = "pass=1" in asked.headers.get("cookie", "")
    return Answer(body=BODY) if opened else redirect(asked.path, cookie="pass=1; Path=/")


def test_a_gate_opens_to_its_own_cookie_anew_each_time(site: Publisher) -> None:
    site.answers["/feed"] = gate
    for _ in range(2):
        assert {fetched.body for fetched in fetch([own(site.url("/feed"))] * 2)} == {BODY}
    assert sum("cookie" not in asked.headers for asked in site.requests) == 4


@table("location, kind")
def test_redirects_that_lead_nowhere(site: Publisher, location: str, kind: OutcomeKind) -> None:
    site.answers["/feed"] = redirect(location)
    assert one(own(site.url("/feed"))).kind is kind


# The guard, with a canary


@table("spelling")
def test_the_first_hop_and_every_redirect_are_guarded(site: Publisher, canary: Publisher, spelling: str) -> None:
    address = f"http://{spelling}:{canary.port}/"
    assert one(feed(url=address)).kind is REFUSED
    site.answers["/feed"] = redirect(address.encode().decode("latin-1"))
    assert one(own(site.url("/feed"))).kind is REFUSED


def test_allow_private_opens_host_and_port_and_nothing_else(site: Publisher, canary: Publisher) -> None:
    site.answers["/feed"] = redirect(canary.url("/"), cookie="a=1; Path=/")
    got = one(own(site.url("/feed")))
    assert (got.kind, got.reason) == (REFUSED, "127.0.0.1 is not a public address")


def named(addresses: Iterable[str], *urls: str) -> list[Fetched]:
    """Fetch where lookups of a name are answered in turn."""
    left = list(addresses)

    def lookup(_host: str, port: int, *_: object, **__: object) -> list[guard.AddressInfo]:
        if not left:
            raise OSError(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0), port))]

    asks = [Request(feed=feed(url=url)) for url in urls]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lookup)
        return list(fetch_all(asks, limits=LIMITS, user_agent="K", deadline=None))


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher on 127.0.0.2, which passes for a public address."""
    known = guard.is_open
    monkeypatch.setattr(guard, "is_open", lambda address, **asked: address == "127.0.0.2" or known(address, **asked))
    with Publisher(host="127.0.0.2") as publisher:
        yield publisher


def test_names_are_guarded_each_time_they_resolve(canary: Publisher, public: Publisher) -> None:
    inside = f"http://inside.example:{canary.port}/"
    (got,) = named(["127.0.0.1"], inside)
    assert (got.kind, got.reason) == (REFUSED, "inside.example resolves to 127.0.0.1, which is not a public address")
    assert {got.kind for got in named(["127.0.0.1"] * 2, inside, inside + "2")} == {REFUSED}
    (got,) = named([], inside)
    assert (got.kind, "no such name" in got.reason) == (UNREACHABLE, True)
    public.answers["/"] = redirect(f"http://rebound.example:{canary.port}/")
    (got,) = named(["127.0.0.2", "127.0.0.1"], f"http://rebound.example:{public.port}/")
    assert (got.kind, len(public.requests)) == (REFUSED, 1)


def test_one_connection_to_a_public_host_however_many_feeds_it_has(public: Publisher) -> None:
    at_once = [0]

    def slowly(_: Asked) -> Answer:
        at_once.append(at_once[-1] + 1)
        time.sleep(0.005)
        at_once.append(at_once[-1] - 1)
        return Answer(body=BODY)

    with Publisher({"/": slowly}, host="127.0.0.2") as other:  # another port of the same host
        public.answers["/"] = slowly
        assert {fetched.kind for fetched in fetch([feed(url=one.url()) for one in (public, other) * 10])} == {None}
        assert (public.connections, other.connections, max(at_once)) == (1, 1, 1)


def test_the_environments_proxy_is_used_where_the_operator_says_so(
    site: Publisher, public: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, site.url())
    public.answers["/feed"] = Answer(body=BODY)
    site.answers["http://nowhere.example/feed"] = Answer(body=BODY)
    site.answers["http://nowhere.example/inside"] = redirect("http://10.0.0.1/")

    def through(proxy: str, url: str) -> Fetched:
        return fetch_all([Request(feed=feed(url=url))], limits=LIMITS, user_agent="K", deadline=None, proxy=proxy)[0]

    assert through("", public.url("/feed")).body == BODY
    assert not site.requests
    assert through("env", "http://nowhere.example/feed").body == BODY  # the proxy resolves
    for refused in ("http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "http://nowhere.example/inside"):
        assert through("env", refused).kind is REFUSED
    assert (
        through("env", "https://nowhere.example/").kind is UNREACHABLE
    )  # it was asked to connect, and knows no CONNECT
    asked = [request.path for request in site.requests]
    assert asked == ["http://nowhere.example/feed", "http://nowhere.example/inside"]
    monkeypatch.setenv("no_proxy", "127.0.0.2")
    assert through("env", public.url("/feed")).body == BODY
    assert len(site.requests) == 2


# What hostile and broken servers do


@contextmanager
def served(talk: Any) -> Iterator[str]:
    """A server that has one connection, and talks over it as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                talk(connection)

        server = threading.Thread(target=serve)
        server.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}/"
        server.join()


@pytest.mark.parametrize("head", [b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nX: y", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_x7_a_head_that_drips_ends_by_the_total(head: bytes) -> None:
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(head)
        while not over.wait(0.02):
            connection.sendall(head if b"100" in head else b"y")

    with served(drip) as address:
        got = one(own(f"http://{address}"), total_seconds=0.3)
        over.set()
    assert got.kind in {TIMEOUT, UNREACHABLE}
    assert got.milliseconds < 2_000


PACKED = zipped(b"\0" * 5_000_000)


@pytest.mark.parametrize(
    ("answer", "changes", "kind", "reason", "wire"),
    [
        (Answer(stream=lambda: repeat(b"x" * 65_536)), {"wire_bytes": 300_000}, OutcomeKind.TOO_LARGE, "over the wire", 300_000),
        (Answer(body=b"x", headers={"Content-Length": "99999999"}), {}, OutcomeKind.TOO_LARGE, "over the wire", 0),
        (Answer(body=PACKED, headers={"Content-Encoding": "gzip"}), {"body_bytes": 1_000_000}, OutcomeKind.TOO_LARGE, "decompressed", len(PACKED)),
        (Answer(body=zipped(BODY)[:-4], headers={"Content-Encoding": "gzip"}), {}, OutcomeKind.UNDECODABLE, "ends early", 1),
        *((Answer(raw=raw), {}, UNREACHABLE, "", 0) for raw in (
            b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"))
    ]
)  # fmt: skip
def test_what_hostile_and_broken_servers_send(
    site: Publisher, answer: Answer, changes: dict[str, int], kind: OutcomeKind, reason: str, wire: int
) -> None:
    site.answers["/feed"] = answer
    got = one(own(site.url("/feed")), **changes)
    assert (got.kind, got.body, reason in got.reason) == (kind, b"", True)
    assert 0 < len(got.reason) <= 300
    assert wire <= got.wire_bytes < 1_000_000


@pytest.mark.parametrize("head", [b"Content-Length: 9999", b"Transfer-Encoding: chunked"])
def test_r8_a_length_that_is_told_too_long_cuts_nothing_off(site: Publisher, head: bytes) -> None:
    whole, packed = b"<rss>one</rss>\n", zipped(b"<rss>one</rss>\n")
    for body, coding in (
        (whole, b""),
        (packed, b"Content-Encoding: gzip\r\n"),
        (packed[:-14], b"Content-Encoding: gzip\r\n"),
    ):
        sent = b"%x\r\n%s\r\n" % (len(body), body) if b"chunked" in head else body
        site.answers["/feed"] = Answer(raw=b"HTTP/1.1 200 OK\r\n" + coding + head + b"\r\n\r\n" + sent)
        got = one(own(site.url("/feed")))
        assert (got.body, got.kind) == ((whole, None) if len(body) != len(packed) - 14 else (b"", UNREACHABLE))


def test_r8_what_follows_a_length_that_is_told_too_short_costs_no_more_than_itself(site: Publisher) -> None:
    told = b"<rss><channel><item><title>one</title></item>"
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s<item>" % (len(told), told)
    site.answers["/feed"] = Answer(raw=answer)
    got = one(own(site.url("/feed")))
    assert (got.body, got.kind) == (told, None)


def test_slowness_ends_by_its_own_bound(site: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers["/drip"] = Answer(stream=lambda: site.drip(b"x", 0.05))
    site.answers["/silent"] = Answer(stream=lambda: site.drip(b"x", 5))
    got = one(own(site.url("/drip")), total_seconds=0.3)
    assert (got.kind, got.reason, got.cut_short) == (TIMEOUT, "not finished after 0.3 s", False)
    assert got.milliseconds >= 290
    got = one(own(site.url("/silent")), read_seconds=0.2)
    assert (got.kind, got.reason) == (TIMEOUT, "nothing came for 0.2 s")
    monkeypatch.setattr(door, "_PAGE_SECONDS", 0.1)
    site.answers["/page"] = Answer(status=403, stream=lambda: site.drip(b"", 5))
    assert one(own(site.url("/page"))).kind is OutcomeKind.BLOCKED


def test_x11_bodies_together_are_bounded_and_each_has_its_share(site: Publisher) -> None:
    site.answers |= {"/big": Answer(body=b"x" * 1_200_000), "/own": Answer(body=b"x" * 390_000)}
    feeds = [own(site.url(path)) for path in ["/big"] * 3 + ["/own"]]
    kinds = [fetched.kind for fetched in fetch(feeds, held_bytes=3_200_000, connections=1)]
    assert kinds == [None, None, OutcomeKind.TOO_LARGE, None]
    got = fetch(feeds, held_bytes=3_200_000, connections=1, body_bytes=900_000)  # what fails gives back what it held
    assert all("decompressed" in fetched.reason for fetched in got[:3])


def test_a_host_that_takes_no_connection_and_a_port_where_nobody_listens() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert one(own(url)).kind is UNREACHABLE
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:  # a full backlog answers no handshake
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(listener.getsockname())
            got = one(own(url), connect_seconds=0.3)
        finally:
            for each in waiting:
                each.close()
    assert (got.kind, got.reason) == (TIMEOUT, "no connection within 0.3 s")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of secure.example, which nobody signed."""
    made = tmp_path / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=secure.example"
    files = f"-addext subjectAltName=DNS:secure.example -keyout {made.with_suffix('.key')} -out {made}"
    if subprocess.run(f"{command} {files}".split(), check=False, capture_output=True).returncode:
        pytest.skip("no openssl here")
    made.write_text(made.read_text() + made.with_suffix(".key").read_text())
    return made


def test_https_goes_through_a_tunnel_whose_word_is_secret(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=certificate))
    asks: list[bytes] = []

    def tunnel(connection: socket.socket) -> None:
        asks.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as inside:
            asks.append(inside.recv(4096))
            inside.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>")

    def refusing(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    request = Request(feed=feed(url="https://secure.example/feed"))
    told = []
    for talk in (tunnel, refusing):
        with served(talk) as address:
            monkeypatch.setenv("https_proxy", f"http://user:secret@{address}")
            (got,) = fetch_all([request], limits=LIMITS, user_agent="K", deadline=None, proxy="env")
            told.append((got.kind, got.body, "407" in got.reason, "secret" in got.reason))
    assert told == [(None, b"<rss/>", False, False), (UNREACHABLE, b"", True, False)]
    assert asks[0].startswith(b"CONNECT secure.example:443 ")
    assert (b"Proxy-Authorization: Basic" in asks[0], asks[1].startswith(b"GET /feed ")) == (True, True)
    assert b"Proxy-Authorization" not in asks[1]


def test_plain_http_behind_https_and_a_certificate_that_nobody_signed(site: Publisher, certificate: Path) -> None:
    assert one(own(site.url("/feed").replace("http", "https"))).kind is OutcomeKind.TLS
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with served(lambda connection: context.wrap_socket(connection, server_side=True).close()) as address:
        got = one(own(f"https://{address}"))
    assert (got.kind, "certificate" in got.reason.lower()) == (OutcomeKind.TLS, True)


@pytest.mark.parametrize("url", ["", "nonsense", "http://", "http://[", "http://h:x/", "ftp://a.example/", "http://a b/", "\x00"])  # fmt: skip
def test_an_address_that_is_none(url: str) -> None:
    assert one(feed(url=url)).kind is REFUSED


def test_what_the_deadline_does_not_reach_or_cuts_off_is_said_to_be_so(site: Publisher) -> None:
    site.answers |= {"/slow": Answer(stream=lambda: site.drip(b"x", 0.05)), "/quick": Answer(body=BODY)}
    got = one(own(site.url("/quick")), deadline=-1)
    assert (got.kind, got.cut_short, got.status, site.requests) == (TIMEOUT, True, None, [])
    feeds = [own(site.url(path)) for path in ("/quick", "/slow", "/slow")]
    quick, cut, missed = fetch(feeds, deadline=0.5, connections=1)
    assert quick.kind is None
    assert (cut.reason, missed.reason) == ("cut off by the cycle's deadline", "not reached by the cycle's deadline")
    assert (cut.cut_short, missed.cut_short) == (True, True)


def test_pages_under_the_same_guard(site: Publisher, canary: Publisher) -> None:
    site.answers["/1"] = Answer(body=b"<html>")
    mine, stranger = own(site.url("/feed")), feed(name="b", url="http://a.example/")
    urls = [(mine, site.url("/1")), (mine, canary.url()), (stranger, canary.url("/x"))]
    page, *refused = fetch([Request(feed=source, page=url) for source, url in urls])
    assert page.body == b"<html>"
    assert [answer.kind for answer in refused] == [REFUSED] * 2
    assert site.requests[0].headers["accept"].startswith("text/html")


def test_requests_to_one_host_keep_their_distance_and_what_the_deadline_leaves_stays_due(site: Publisher) -> None:
    site.answers = {f"/{n}": Answer(body=BODY) for n in range(4)}
    before = len(site.requests)
    asks = [Request(feed=feed(name=str(n), url=site.url(f"/{n}"), allow_private=True)) for n in range(4)]
    limits = replace(LIMITS, distance_seconds=0.2)
    found = fetch_all(asks, limits=limits, user_agent="Konato", deadline=0.5)
    starts = [asked.at for asked in site.requests[before:]]
    assert [one.cut_short for one in found] == [False, False, False, True]
    fetch_all(asks[:1], limits=limits, user_agent="Konato", deadline=0.5)  # the next round keeps it too
    starts.append(site.requests[-1].at)
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.15

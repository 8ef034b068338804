"""The demo's press: bundled outlets and stories, printed on loopback in the formats and encodings of real feeds."""

import hashlib
import threading
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, NotRequired, Self, TypedDict, cast

import jinja2

FOLDER: Final = Path(__file__).parent / "feeds"
KST: Final = timezone(timedelta(hours=9), "KST")


class Paper(TypedDict):
    """One outlet's feed, a table of stories.toml."""

    outlet: str
    language: str
    template: str
    link: str  # a format string over id, day, slash and query
    charset: NotRequired[str]  # what the feed says
    encoding: NotRequired[str]  # what it sends
    validators: NotRequired[bool]
    refuses: NotRequired[list[date]]


class Story(TypedDict):
    """One article, a table of stories.toml; tests also read `tells` and `aside`."""

    id: int
    papers: list[str]
    at: datetime
    title: str
    text: str
    stamp: NotRequired[str]
    edited: NotRequired[datetime]
    new_title: NotRequired[str]
    new_text: NotRequired[str]


class Bundle(TypedDict):
    """The whole of stories.toml: a file of our own that ships beside this module."""

    clock: list[datetime]
    queries: list[str]
    paper: dict[str, Paper]
    story: list[Story]


def bundled() -> Bundle:
    """Read the bundled outlets and stories."""
    return cast("Bundle", tomllib.loads((FOLDER / "stories.toml").read_text("utf-8")))


def page(bundle: Bundle, name: str, now: datetime) -> tuple[bytes, datetime]:
    """Print one outlet's feed as it stood at `now`, newest article first; returns when something in it changed, too."""
    paper = bundle["paper"][name]
    told = [story for story in bundle["story"] if name in story["papers"] and story["at"] <= now]
    told.sort(key=lambda story: (story["at"], story["id"]), reverse=True)
    changed = max((_changed(story, now) for story in told), default=now)
    text = _template(paper["template"]).render(
        {"charset": "utf-8", **paper},
        site="/".join(paper["link"].split("/")[:3]),
        stories=[_printed(story, paper, now) for story in told],
        now=now.astimezone(KST),
        changed=changed.astimezone(KST),
    )
    encoding = paper.get("encoding", paper.get("charset", "utf-8"))
    return text.encode(encoding, "xmlcharrefreplace"), changed


def _changed(story: Story, now: datetime) -> datetime:
    edited = story.get("edited")
    return edited if edited is not None and edited <= now else story["at"]


def _printed(story: Story, paper: Paper, now: datetime) -> dict[str, object]:
    """Return one article as its feed shows it at some moment: what the templates know."""
    kst, changed = story["at"].astimezone(KST), _changed(story, now)
    query = ("section=national&input=rss", "input=rss&section=national")[now.day % 2]
    edited = {"title": story["new_title"], "text": story["new_text"]} if changed > story["at"] else {}
    link = paper["link"].format(id=story["id"], day=f"{kst:%Y%m%d}", slash=f"{kst:%Y/%m/%d}", query=query)
    times = {"kst": kst, "utc": kst.astimezone(UTC), "changed": changed.astimezone(KST)}
    return {**story, **edited, **times, "link": link}


@cache
def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(FOLDER)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True).get_template(name)


class Press(ThreadingHTTPServer):
    """A loopback publisher of a bundle's outlets, `/NAME.xml` each; what it serves follows its clock `now`.

    What is posted to it stands in `taken`: it is the self-test's receiver too.

    Answers If-None-Match and If-Modified-Since with 304 as RFC 9110 (13.2.2) orders them, and 403 on an outlet's
    bad days. A context manager: it answers on a free port of 127.0.0.1 inside the block.
    """

    request_queue_size = 64  # with the usual five, a cycle's simultaneous connections wait a second for the next try

    def __init__(self, bundle: Bundle) -> None:
        self.bundle, self.now, self.taken = bundle, bundle["clock"][0], list[bytes]()
        super().__init__(("127.0.0.1", 0), _Handler)

    def url(self, name: str) -> str:
        """Return the address of one outlet's feed."""
        return f"http://127.0.0.1:{self.server_port}/{name}.xml"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Press
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: two would wait for an acknowledgement in between

    def do_GET(self) -> None:
        name, press = self.path.strip("/").removesuffix(".xml"), self.server
        paper = press.bundle["paper"].get(name)
        if paper is None:
            self._answer(HTTPStatus.NOT_FOUND)
        elif press.now.astimezone(KST).date() in paper.get("refuses", []):
            self._answer(HTTPStatus.FORBIDDEN)
        else:
            self._serve(*page(press.bundle, name, press.now), paper)

    def do_POST(self) -> None:
        self.server.taken.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self._answer(HTTPStatus.OK)

    def _serve(self, body: bytes, changed: datetime, paper: Paper) -> None:
        stamp, known = format_datetime(changed.astimezone(UTC), True), self.headers.get("If-None-Match")
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        sent = {"ETag": etag, "Last-Modified": stamp} if paper.get("validators", True) else {}
        if sent and (known == etag if known else self.headers.get("If-Modified-Since") == stamp):
            self._answer(HTTPStatus.NOT_MODIFIED, b"", **sent)
        else:
            self._answer(HTTPStatus.OK, body, **sent)

    def _answer(self, status: HTTPStatus, body: bytes = b"", **validators: str) -> None:
        length = {} if status is HTTPStatus.NOT_MODIFIED else {"Content-Length": str(len(body))}
        self.send_response(status)
        for key, value in {"Content-Type": "text/xml", **validators, **length}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent: the demo's terminal belongs to its alerts."""

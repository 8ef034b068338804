"""The site as a reader sees it, from a disk: what fits, what is seen, what is inert, what keys and assistive tools meet."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from alerts.brief.pages import pages
from tests.alerts.brief.test_pages import EVENT, REPORT, SITE, TOLD
from tests.alerts.hostile import HOSTILE
from tests.browser import looks
from tests.conftest import Demo

pytestmark = pytest.mark.browser

WIDTHS: Final = (360, 768, 1440)
RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
HOSTS: Final = """[...document.querySelectorAll('a[href^="http"]')].filter(
    link => !(link.nextElementSibling?.textContent || "").includes(`(${new URL(link.href).host})`)).map(link => link.href)"""
FOCUSED: Final = """() => {
    const at = document.activeElement;
    const ring = getComputedStyle(at);
    return [at.href?.baseVal ?? at.href ?? at.className, ring.outlineStyle, at === document.body];
}"""


@pytest.fixture(scope="module")
def overviews(demo: Demo) -> list[str]:
    """The pages of each kind, and of the events the two of which most is told."""
    events = sorted((demo.site / "events").iterdir(), key=lambda file: file.stat().st_size)[-2:]
    names = ["index.html", "coverage.html", "feeds.html", "seen.html", *(f"events/{file.name}" for file in events)]
    return [*names, *(f"ko/{name}" for name in names)]


@pytest.fixture
def opened(demo: Demo, browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of a folder, and holds at the end that nothing was said, asked or fetched from elsewhere.

    The demo is run before the browser starts: each has a loop of its own.
    """
    assert demo.site.is_dir()
    page, happened, within = browser.new_page(), list[str](), list[str]()
    page.on("console", lambda message: happened.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: happened.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: happened.append(f"{page.url}: {dialog.message}"))
    page.on("request", lambda request: happened.extend({request.url} if within[-1] not in request.url else ()))

    def open_page(folder: Path, name: str, *, width: int = 1440, scheme: str = "light") -> Any:
        within.append(folder.as_uri())
        page.set_viewport_size({"width": width, "height": 700})
        page.emulate_media(media="screen", color_scheme=scheme)
        page.goto((folder / name).as_uri())
        return page

    yield open_page
    page.close()
    assert happened == []


def test_pages_fit_light_dark_and_printed(demo: Demo, overviews: list[str], opened: Callable[..., Any]) -> None:
    for name in overviews:
        page = opened(demo.site, name, scheme="dark")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert page.evaluate(HOSTS) == [], name
        if name in {"index.html", "coverage.html", "ko/feeds.html", overviews[-1]}:
            for media, scheme, light in (("screen", "dark", False), ("screen", "light", True), ("print", "dark", True)):
                page.emulate_media(media=media, color_scheme=scheme)
                colours, lightness = looks(page)
                assert (colours > 20, lightness > 128) == (True, light), (name, media, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(demo: Demo, overviews: list[str], opened: Callable[..., Any], scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for name in overviews[:5] if scheme == "light" else (overviews[6], overviews[-1]):
        found = Axe().run(opened(demo.site, name, scheme=scheme), options=RULES)
        assert found.response["violations"] == [], (name, found.generate_report())


def test_keys_reach_every_link_in_sight_and_each_leads_somewhere(demo: Demo, opened: Callable[..., Any]) -> None:
    for file in demo.site.rglob("*.html"):
        inner = [link for link in re.findall(r' href="([^"]*)"', file.read_text("utf-8")) if ":" not in link]
        assert [link for link in inner if link[0] != "#" and not (file.parent / link).exists()] == [], file
    page, reached = opened(demo.site, "index.html"), 0
    while True:
        page.keyboard.press("Tab")
        target, ring, end = page.evaluate(FOCUSED)
        if end:
            break
        reached += 1
        assert ring != "none", target
    assert reached == page.evaluate("document.querySelectorAll('a').length")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_hostile_titles_are_read_and_do_nothing(opened: Callable[..., Any], tmp_path: Path) -> None:
    said = [{**REPORT, "title": words, "outlet": words, "url": f"https://evil.example/{n}", "reason": words} for n, (_, words, _) in enumerate(HOSTILE)]  # fmt: skip
    event = {**EVENT, **dict.fromkeys(("title", "title_ko", "sentence", "reason"), HOSTILE[24][1])}
    proofs = [{**TOLD["evidence"][0], "text": words, "outlet": words} for _, words, _ in HOSTILE]
    site = replace(SITE, events=[event], seen=said, details={"e1": {**TOLD, "reports": said, "evidence": proofs}})
    for name, text in pages(site):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    for name in ("index.html", "seen.html", "ko/events/e1.html"):
        page = opened(tmp_path, name, width=360)
        foreign = "script, img, iframe, form, meta[http-equiv=refresh]"
        assert page.evaluate(f"document.querySelectorAll('{foreign}').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        seen = page.inner_text("body")
        assert name == "index.html" or [words for _, _, words in HOSTILE if words.replace("∗", "*") not in seen] == []

"""Mails as a reader sees them, in the system's Chromium: `.ci/run` installs it and Playwright where it can."""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from alerts.word.render import render
from tests import builders
from tests.alerts.hostile import HOSTILE
from tests.alerts.making import TOLD, facts, outgoing, pair
from tests.alerts.word.test_render import CASES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOOK = """async shot => {
    const image = new Image();
    image.src = "data:image/png;base64," + shot;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const bytes = canvas.getImageData(0, 0, image.width, image.height).data;
    const seen = new Set();
    let light = 0;
    for (let at = 0; at < bytes.length; at += 64) {
        seen.add(bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]);
        light += bytes[at] + bytes[at + 1] + bytes[at + 2];
    }
    return [seen.size, light * 64 / bytes.length / 3];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def _hostile() -> str:
    """One mail with every headline that attacks whoever shows it."""
    evil = tuple(
        replace(TOLD, title=title, outlet=title, url=f"https://evil.example/{n}")
        for n, (_, title, _) in enumerate(HOSTILE)
    )
    said = facts(title=HOSTILE[0][1], sources=(replace(TOLD, sentence=HOSTILE[24][1]), *evil))
    return render(outgoing(pair(facts=said)), builders.channel(), "email").html or ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_fit_and_are_seen_light_and_dark_and_do_nothing(browser: Any, scheme: str) -> None:
    page, happened = browser.new_page(color_scheme=scheme), list[str]()
    page.on("request", lambda request: happened.append(request.url))
    page.on("dialog", lambda dialog: happened.append(dialog.message))
    mails = {
        f"{case} {language}": render(sent, builders.channel(language=language), "email").html or ""
        for case, sent in CASES.items()
        for language in ("en", "ko")
    }
    for name, html in {**mails, "hostile": _hostile()}.items():
        page.set_content(html)
        assert page.evaluate("document.querySelectorAll('script, img, iframe, style, form, svg').length") == 0, name
        for width in (800, 360):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)"), name
        if name in {"event ko", "digest en", "hostile"}:
            colours, light = page.evaluate(LOOK, b64encode(page.screenshot()).decode())
            assert colours > 20, f"{name} is blank"
            assert (light > 128) is (scheme == "light"), name
    assert happened == []
    page.close()

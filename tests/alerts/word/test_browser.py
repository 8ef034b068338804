from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from alerts.word.render import render
from tests import builders
from tests.alerts.hostile import HOSTILE
from tests.alerts.making import TOLD, facts, outgoing, pair
from tests.alerts.word.test_render import CASES
from tests.browser import looks

pytestmark = pytest.mark.browser

EVIL = tuple(replace(TOLD, title=title, outlet=title, sentence=title) for _, title, _ in HOSTILE)
MAILS = {**CASES, "hostile": outgoing(pair(facts=facts(title=HOSTILE[0][1], sources=EVIL)))}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_fit_and_are_seen_light_and_dark_and_do_nothing(browser: Any, scheme: str) -> None:
    page, happened = browser.new_page(color_scheme=scheme), list[str]()
    page.on("request", lambda request: happened.append(request.url))
    page.on("dialog", lambda dialog: happened.append(dialog.message))
    for (case, sent), language in product(MAILS.items(), ("en", "ko")):
        page.set_content(render(sent, builders.channel(language=language), "email").html)
        name = f"{case} {language}"
        assert page.evaluate("document.querySelectorAll('script, img, iframe, style, form, svg').length") == 0, name
        for width in (800, 360):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)"), name
        if name in {"event ko", "digest en", "hostile en"}:
            colours, light = looks(page)
            assert colours > 20, f"{name} is blank"
            assert (light > 128) is (scheme == "light"), name
    assert happened == []
    page.close()

"""Pages and mails as a reader sees them, in the system's Chromium."""

import shutil
from base64 import b64encode
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def looks(page: Any) -> tuple[int, float]:
    """How many colours what is in view has, and how light it is, from 0 to 255."""
    blank = page.context.browser.new_page()  # the page's own policy lets no picture in
    program = Path(__file__).with_suffix(".js").read_text("utf-8")
    colours, light = blank.evaluate(program, b64encode(page.screenshot()).decode())
    blank.close()
    return colours, light

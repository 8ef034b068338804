"""Pages and mails as a reader sees them, in the system's Chromium."""

import shutil
from base64 import b64encode
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_LOOK = """async shot => {
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


def looks(page: Any) -> tuple[int, float]:
    """How many colours what is in view has, and how light it is, from 0 to 255."""
    blank = page.context.browser.new_page()  # the page's own policy lets no picture in
    colours, light = blank.evaluate(_LOOK, b64encode(page.screenshot()).decode())
    blank.close()
    return colours, light

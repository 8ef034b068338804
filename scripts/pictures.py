"""The README's pictures, made from the demo by `make pictures`: the page, an alert in mail, the same in Slack.

What Slack shows is drawn after its message blocks; nothing of ours reaches Slack. Needs a Chromium on the machine.
"""

import re
import sys
import tempfile
from base64 import b64decode, b64encode
from html import escape
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from alerts.model import Channel, Delivery, DeliveryState, Message, Outgoing
from alerts.send.slack import sections
from alerts.word.render import render
from flows.cycle.brief import FOLDER
from flows.demo.demo import run_demo
from tests.browser import CHROMIUM
from warehouse.connection import published
from warehouse.published.tell import last_alert

PLACE: Final = Path("docs/pictures")
TOLD: Final = "SELECT event_id FROM events WHERE track = 'consultation_body' AND stage = 'agreed'"
WEBP: Final = """async ([shot, quality]) => {
    const image = new Image();
    image.src = "data:image/png;base64," + shot;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""
SLACK: Final = """<meta charset="utf-8"><style>
body{margin:0;padding:16px 20px;font:15px/1.46 Lato,'Noto Sans CJK KR',sans-serif;color:#1d1c1d;background:#fff}
main{display:grid;grid-template-columns:36px 1fr;gap:0 10px;max-width:640px}
i{width:36px;height:36px;border-radius:8px;background:#1f5fa8;color:#fff;font:700 20px/36px sans-serif;
text-align:center}
small{color:#616061}h3{margin:6px 0;font-size:18px;line-height:1.3}p{margin:6px 0;white-space:pre-line}
a{color:#1264a3;text-decoration:none}q{display:block;quotes:none;padding-left:12px;border-left:4px solid #ddd}
</style><main><i>K</i><div><b>Konato</b> <small>APP&ensp;09:30</small>"""


def slack(message: Message) -> str:
    """Draw a message's blocks as Slack does: a header, then sections in its mark-up."""
    drawn = []
    for text in sections(message.text):
        linked = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", r'<a href="\1">\2</a>', text)
        bold = re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", linked)
        quoted = re.sub(r"(?m)^(?:>|&gt;) ?(.*)$", r"<q>\1</q>", bold)
        drawn.append(f"<p>{quoted}</p>")
    return f"{SLACK}<h3>{escape(message.title)}</h3>{''.join(drawn)}</div></main>"


def keep(browser: Browser, name: str, address: str, width: int, height: int) -> None:
    """Open an address in a page of this size and write what is seen as a WebP of the docs."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    shot = b64encode(page.screenshot()).decode()
    page.goto("about:blank")  # the site's own policy lets no picture in
    (PLACE / f"{name}.webp").write_bytes(b64decode(page.evaluate(WEBP, [shot, 0.6])))
    page.close()


def main() -> None:
    """Run the demo, show it, keep what is seen."""
    if CHROMIUM is None:
        sys.exit("no Chromium: apt-get install chromium")
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run_demo(home := Path(folder))
        home /= "demo"
        with published(home) as con:
            [(event,)] = con.execute(TOLD).fetchall()
        alert, channel = last_alert(home, event), Channel(name="desk", url_env="DESK")
        if alert is None:
            sys.exit("the demo has no such alert")
        delivery = Delivery(alert_id=alert.alert_id, channel="desk", state=DeliveryState.PENDING)
        told = Outgoing(channel="desk", kind=None, message_id=alert.alert_id, parts=((alert, delivery),))
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            keep(browser, "page", (home / FOLDER / "index.html").as_uri(), 880, 860)
            mail, hook = (render(told, channel, medium) for medium in ("email", "slack"))
            for name, text, height in (("mail", mail.html or "", 524), ("slack", slack(hook), 562)):
                (home / f"{name}.html").write_text(text, "utf-8")
                keep(browser, name, (home / f"{name}.html").as_uri(), 640, height)
            browser.close()


if __name__ == "__main__":
    main()

"""Small configurations in a line, and the shape of the fixture that has them refused."""

from collections.abc import Callable

from extractors.model import ConfigError

Refusal = Callable[[str, str], ConfigError]

FEED = '[[feed]]\nname = "a"\nurl = "https://a.example/rss"\n'
PAST = '[[event]]\ndate = 2025-06-25\ntitle = "t"\ntrack = "cooperation"\nstage = "held"\n'
CHANNEL = '[[channel]]\nname = "desk"\nurl_env = "DESK"\n'
URL = {"DESK": "json://127.0.0.1:9/hook"}

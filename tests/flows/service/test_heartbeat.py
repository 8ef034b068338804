from __future__ import annotations

import logging

import pytest

from flows.service.heartbeat import VARIABLE, Heartbeat
from tests.publisher import Answer, Publisher
from tests.receivers import closed_port


@pytest.mark.parametrize(("good", "paths"), [(True, ["/a/start", "/a"]), (False, ["/a/start", "/a/fail"])])
def test_a_monitor_hears_start_and_end_in_order(*, good: bool, paths: list[str]) -> None:
    with Publisher(dict.fromkeys(("/a", "/a/start", "/a/fail"), Answer(body=b"OK"))) as monitor:
        beat = Heartbeat({VARIABLE: monitor.url("/a")})
        beat.start()
        beat.end(good=good)
        assert [asked.path for asked in monitor.requests] == paths


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/secret", "file:///etc/passwd", "nonsense", "http://[::"])
def test_a_monitor_that_is_down_or_misnamed_harms_nothing(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "konato"):
        beat = Heartbeat({VARIABLE: url.format(port=closed_port())})
        beat.start()
        beat.end(good=True)
    assert "secret" not in caplog.text


def test_without_a_monitor_nothing_happens() -> None:
    beat = Heartbeat({})
    beat.start()
    beat.end(good=False)

from __future__ import annotations

import logging

import pytest

from flows.service.heartbeat import VARIABLE, beat, started
from tests.publisher import Answer, Publisher
from tests.receivers import closed_port


def test_a_monitor_hears_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = ["/a/start", "/a", "/a/fail"]
    with Publisher(dict.fromkeys(paths, Answer(body=b"OK"))) as monitor:
        monkeypatch.setenv(VARIABLE, monitor.url("/a"))
        started().join()
        beat("")
        beat("/fail")
        assert [asked.path for asked in monitor.requests] == paths


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/secret", "file:///etc/passwd", "nonsense", "http://[::", ""])
def test_a_monitor_that_is_down_misnamed_or_not_named_harms_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, url.format(port=closed_port()))
    with caplog.at_level(logging.WARNING, "konato"):
        beat("")
    assert ("did not answer" in caplog.text, "secret" in caplog.text) == (bool(url), False)

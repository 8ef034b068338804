"""Receivers on loopback that the tests of sending share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apprise.plugins.slack import NotifySlack

from tests.receivers import HttpReceiver, SmtpReceiver


@pytest.fixture
def http() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def slack(http: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> HttpReceiver:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{http.url}/services")
    monkeypatch.setattr(NotifySlack, "api_url", f"{http.url}/api/{{}}")
    return http


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpReceiver]:
    with SmtpReceiver() as receiver:
        yield receiver

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.story import Rejection
from flows.configure.packaged import packaged_config
from flows.configure.settings import Settings, read_settings
from flows.service.selftest import self_test, self_test_apart
from tests.builders import item, raising
from tests.receivers import closed_port


@pytest.fixture(scope="module")
def settings() -> Settings:
    """A learner's: the self-test asks no PostgreSQL."""
    return replace(read_settings(packaged_config(), {}), database_env="NOWHERE")


def test_o6_apart_all_five_stages_work_and_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")  # for the internet, not for this host
    assert self_test_apart(packaged_config()) == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("broken", "does", "says"),
    [
        ("flows.cycle.read.raw.keep", raising(OSError, "no"), "read fails in the self-test: OSError: no"),
        (
            "flows.cycle.read.describe",
            lambda *_, **__: Rejection(item_id=item().item_id, reason="nothing"),
            "learn fails in the self-test: 0 relevant",
        ),
        ("flows.cycle.deliver.send_one", lambda *_, **__: None, "deliver fails in the self-test: TypeError"),
    ],
)
def test_a_stage_that_raises_or_whose_work_does_not_arrive_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, broken: str, does: Callable[..., object], says: str
) -> None:
    monkeypatch.setattr(broken, does)
    assert self_test(settings).startswith(f"The stage {says}")


def test_o6_apart_it_says_what_is_broken_and_outlives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be read" in self_test_apart(tmp_path)
    monkeypatch.setattr("flows.service.selftest.LONGEST", 0.01)
    assert "could not be run" in self_test_apart(packaged_config())

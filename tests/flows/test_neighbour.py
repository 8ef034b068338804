"""X2, X3: another user of the machine. As root the tests make one, a process of a spare id; else they skip and say so."""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import requests

from flows.service.health import HEALTHY, KEY, standing
from tests.publisher import Publisher
from tests.receivers import HttpReceiver
from tests.stage import FOUNDING_EN, NOON, Stage, noise, rss
from tests.unattended import Serving, news, until

SPARE = 54_321  # no user of any system
pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="makes a second user, which takes root")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user may enter, under the usual umask."""
    before = os.umask(0o022)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
    os.umask(before)


@contextmanager
def neighbour(deed: Callable[[], Iterable[str]]) -> Iterator[list[str]]:
    """What another user could do; it keeps hold of all until the block ends."""
    (told, tell), (over, end) = os.pipe(), os.pipe()
    if not (child := os.fork()):
        os.close(end)
        try:
            os.setgroups([])
            os.setgid(SPARE)
            os.setuid(SPARE)
            os.write(tell, json.dumps([*deed()]).encode())
        except Exception as error:
            os.write(tell, json.dumps([repr(error)]).encode())
        finally:
            os.close(tell)
            os.read(over, 1)
            os._exit(0)
    os.close(tell)
    with os.fdopen(told) as pipe:
        yield json.loads(pipe.read())
    os.close(end)
    os.waitpid(child, 0)


ACTS: dict[str, Callable[[Path], object]] = {
    "read": lambda path: fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_SH),
    "write": lambda path: os.open(path, os.O_RDWR),
    "plant": lambda path: (path / "planted").symlink_to("/etc/passwd"),
    "replace": lambda path: path.rename(path.with_name("gone")),
    "open up": lambda path: path.chmod(0o777),
}


def grabbed(home: Path, names: Iterable[str]) -> Iterator[str]:
    """Read and lock, change and replace whatever can be."""
    for name, (what, act) in product(names, ACTS.items()):
        with suppress(OSError):
            act(home / name)
            yield f"{what} {name}"


@pytest.mark.parametrize("readers", ["owner", "all"])
def test_x3_another_user_reads_what_is_published_to_all_and_holds_nothing_up(shared: Path, readers: str) -> None:
    with Publisher({"/en": rss(FOUNDING_EN)}) as site:
        stage = Stage(shared / "stage", site)
        stage.feeds({"en": {}})
        (stage.config / "konato.toml").write_text(f'[archive]\nreaders = "{readers}"\n', encoding="utf-8")
        stage.run()
        names = [str(path.relative_to(stage.home)) for path in stage.home.rglob("*")]
        public = [f"read {name}" for name in names if name.startswith("published") and readers == "all"]
        assert {"konato.lock", "konato.duckdb", "published/konato.duckdb"} <= {*names}
        with neighbour(lambda: grabbed(stage.home, [".", *names])) as could:
            assert could == public
            site.answers["/en"] = rss(FOUNDING_EN, *noise(2))
            assert stage.run(NOON + timedelta(hours=1)).items == 2
        assert standing(stage.home).code == HEALTHY


CALLS = (
    "admin/database/clear", "admin/settings", "deployments/", "deployments/filter", "flows/", "flow_runs/", "flow_runs/filter",
    "work_pools/", "block_documents/filter", "variables/", "automations/", "events", "csrf-token?client=x", "logs/filter",
)  # fmt: skip
USERS = (None, ("konato", ""), ("admin", "pass"))
FROM: tuple[dict[str, str], ...] = ({}, {"Origin": "https://evil.example"}, {"Host": "evil.example"})


def entered(url: str, secrets: Iterable[str]) -> Iterator[str]:
    """Call Prefect's API as a neighbour and as a web page would; look for secrets where all may look."""
    for method, call, user, headers in product(("GET", "POST"), CALLS, USERS, FROM):
        how: dict[str, Any] = {"json": {"name": "x"}, "auth": user, "headers": headers}
        found = requests.request(method, f"{url}/{call}", timeout=60, **how)
        if found.status_code not in {401, 403} or headers.get("Origin") in found.headers.values():
            yield f"{method} {call} as {user} with {headers}: {found.status_code}"
    for path in (*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")):
        with suppress(OSError):
            yield from (f"{secret} in {path}" for secret in secrets if secret in path.read_text(errors="replace"))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_x2_another_user_has_no_code_run_and_no_message_sent_by_prefects_api(shared: Path) -> None:
    with Publisher({"/en": news()}) as site, HttpReceiver() as hook:
        stage = Stage(shared / "stage", site)
        stage.feeds({"en": {"every": "20s"}})
        stage.channels({"name": "hook", "url_env": "HOOK"})
        secret = f"json://127.0.0.1:{hook.port}/"
        with Serving(stage, {"HOOK": secret, "KONATO_SELF_TEST_EVERY": "0"}, every="20s") as service:
            page = service.page()
            until(lambda: service.completed(page) and hook.received, 300)
            known, sent = page.rows("/deployments/filter"), len(hook.received)
            key = (stage.home / KEY).read_text(encoding="utf-8").strip()
            with neighbour(lambda: entered(page.url, (secret, key))) as could:
                assert could == []
            assert [row["id"] for row in page.rows("/deployments/filter")] == [row["id"] for row in known]
            assert len(hook.received) == sent
            service.end()

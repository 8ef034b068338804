"""X3: a home is its owner's alone, but for what its owner publishes."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.cycle import state
from flows.cycle.home import LOCK, held, holder
from tests.table import table
from tests.warehouse import homes
from warehouse import files


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Iterator[Path]:
    """A home as 0.1.0 left it under umask 022."""
    home = homes.old(tmp_path / "home")
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = os.umask(0o022)
    yield home
    os.umask(before)


def modes(home: Path) -> dict[str, int]:
    return {str(path.relative_to(home)): path.stat().st_mode & 0o777 for path in (home, *home.rglob("*"))}


@table("readers, top, folder, file")
def test_x3_what_is_published_is_read_by_few(home: Path, readers: str, top: int, folder: int, file: int) -> None:
    for _ in range(2):
        files.private(home)
        for name in ("state.json", "published/briefing/index.html"):
            files.write(home / name, b"{}")
        files.share(home, readers)
    (home / "mine").mkdir()
    (home / "mine").chmod(0o755)
    (home / "link").symlink_to("mine")
    files.private(home)
    found = modes(home)
    assert (found.pop("."), found.pop("mine"), found.pop("link")) == (top, 0o755, 0o755)
    published = {name for name in found if name.startswith("published")}
    assert {(home / name).is_dir(): found[name] for name in published} == {True: folder, False: file}
    assert {found[name] for name in found.keys() - published} == {0o600}


@table("name")
def test_x3_a_symbolic_link_in_the_place_of_a_file_of_ours_is_refused(home: Path, tmp_path: Path, name: str) -> None:
    if (home / name).exists():
        (home / name).rename(tmp_path / "elsewhere")
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="symbolic link"):
        files.private(home)


@pytest.mark.parametrize("name", [LOCK, state.FILE])
def test_x3_a_pipe_in_the_place_of_a_file_of_ours_is_refused_and_nobody_waits_for_it(home: Path, name: str) -> None:
    os.mkfifo(home / name)
    with pytest.raises(PermissionError, match="neither file nor folder"):
        files.private(home)
    assert (state.read(home), holder(home), held(home)) == (state.State(), None, False)


def test_a_folder_that_users_share_is_no_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(PermissionError, match="share"):
        files.private(tmp_path)
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777


def test_a_new_home_is_private_with_all_that_is_made_in_it(home: Path) -> None:
    files.private(home / "deep" / "home")
    (home / "deep" / "home" / "more").mkdir()
    assert not {mode & 0o077 for mode in modes(home / "deep" / "home").values()} - {0}


def test_two_that_write_the_same_file_do_not_meet_and_what_a_kill_left_goes(tmp_path: Path) -> None:
    for name, age in ((".file.old", 7_200), (".file.new", 0), (".other.old", 7_200)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: files.write(tmp_path / "file", b"%d" % n), range(40)))
    assert {entry.name for entry in tmp_path.iterdir()} == {"file", ".file.new", ".other.old"}

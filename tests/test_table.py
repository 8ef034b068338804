import re
from pathlib import Path

from tests.table import tables


def test_every_table_is_some_tests() -> None:
    for file in Path(__file__).parent.rglob("test_*.toml"):
        module = file.with_suffix(".py").read_text(encoding="utf-8")
        asked = re.findall(r"^@table\(.*?^def (\w+)", module, re.MULTILINE | re.DOTALL)
        assert {name for name in tables(str(file)) if name.startswith("test_")} == set(asked), file

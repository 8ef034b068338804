import os
from pathlib import Path

import pytest

from extractors import tables
from extractors.model import ConfigError
from tests.table import table

READERS: dict[str, tables.Reader[object]] = {
    "text": tables.text, "flag": tables.flag, "count": tables.count, "share": tables.share,
    "choice": tables.choice("a", "b"), "choices": tables.choices(), "some": tables.choices(["a"]),
}  # fmt: skip


@table("reader, value, result", ("choices", ["x", "y"], ("x", "y")))
def test_what_a_reader_accepts(reader: str, value: object, result: object) -> None:
    assert READERS[reader](value) == result


@table("reader, value", ("text", None), ("choice", None))
def test_what_a_reader_refuses_with_reason_and_mend(reader: str, value: object) -> None:
    with pytest.raises(tables.FaultError) as refused:
        READERS[reader](value)
    assert refused.value.reason
    assert refused.value.mend


def test_a_table_is_read_by_its_keys_and_every_fault_is_noted() -> None:
    text, count = tables.text, tables.count
    keys: tables.Keys = {"name": text, "every": count, "url": text, "limits": {"wire": count}}
    data = {"name": "a", "every": "x", "colour": "red", "limits": {"wire": 1, "air": 2}}
    faults: list[ConfigError] = []
    found = tables.Table(file="f.toml", name="feed[a]", data=data, faults=faults).read(keys, {"name": "", "url": "?"})
    assert found == {"name": "a", "url": "?", "limits": {"wire": 1}}
    assert [(one.table, one.key) for one in faults] == [
        ("feed[a]", "every"), ("feed[a]", "url"), ("feed[a].limits", "air"), ("feed[a]", "colour"),
    ]  # fmt: skip
    with pytest.raises(ConfigError, match=r"f\.toml, feed\[a\], every: .* is not a whole number"):
        tables.Table(file="f.toml", name="feed[a]", data=data).read(keys)
    with pytest.raises(ConfigError, match="is not a table"):
        tables.Table(file="f.toml", name="feed", data=1)


def test_o9_a_file_is_read_or_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    with pytest.raises(ConfigError, match=r"f\.toml: cannot be read"):
        tables.contents(path)
    os.mkfifo(pipe := tmp_path / "pipe.toml")
    with pytest.raises(ConfigError, match=r"pipe\.toml: is a pipe"):
        tables.contents(pipe)
    assert tables.parse(path, b"\xef\xbb\xbfa = 1") == {"a": 1}
    for raw in (b"a = ", b"\xff"):
        with pytest.raises(ConfigError, match=r"f\.toml: is not TOML"):
            tables.parse(path, raw)
    for raw, name in ((b"b = 1", "b"), (b"[a]", "a")):
        path.write_bytes(raw)
        with pytest.raises(ConfigError) as refused:
            tables.array(path, "a")
        assert refused.value.table == name

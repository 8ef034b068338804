import pytest

from extractors.read.kinds.document import NotThisKindError, json_of, objects, string


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "<rss/>"])
def test_what_is_no_json_is_said(text: str) -> None:
    with pytest.raises(NotThisKindError, match="no JSON"):
        json_of(text)


def test_json_of_another_shape_holds_nothing() -> None:
    assert json_of("[1]") == {}
    assert objects({"a": 1}, 9) == objects(None, 9) == []
    assert objects([{"a": 1}, "b"], 1) == [{"a": 1}]
    holders: list[dict[str, object]] = [{"a": " ", "b": "B"}, {"a": 1.5}, {"a": True, "b": ["B"]}]
    assert [string(holder, "a", "b") for holder in holders] == ["B", "1.5", ""]

import pytest

from extractors.tables import FaultError
from flows.configure import values
from flows.configure.values import same_address
from tests.table import table


@table("reader, value, result")
def test_what_is_accepted(reader: str, value: object, result: str) -> None:
    assert repr(getattr(values, reader)(value)) == result


@table("reader, value", ("days", 10**30))
def test_what_is_refused_with_reason_and_mend(reader: str, value: object) -> None:
    with pytest.raises(FaultError) as refused:
        getattr(values, reader)(value)
    assert refused.value.reason
    assert refused.value.mend


def test_two_spellings_of_one_address() -> None:
    assert same_address("https://a.example/rss") == same_address("HTTPS://A.example:443/rss#top")
    assert same_address("https://a.example/rss") != same_address("https://a.example/rss?x")

from datetime import date, datetime, time, timedelta

import pytest

from extractors.tables import FaultError, Reader
from flows.configure.values import address, clock, day, days, deadline, duration, language, same_address, size, zone

ADDRESSES = (
    "a.example/rss", "https://[::1/", "https://a.example:99999/", "https://.example/", "http://a..example/",
    "http://-a.example/", "https://a.example/a b", "file:///etc/passwd", "https://me:pw@a.example/",
)  # fmt: skip


@pytest.mark.parametrize(
    ("read", "value", "result"),
    [
        (duration, "30s", timedelta(seconds=30)),
        (duration, "2 d", timedelta(days=2)),
        (deadline, "10s", timedelta(seconds=10)),
        (size, "2MB", 2_000_000),
        (zone, "Asia/Seoul", "Asia/Seoul"),
        (clock, "22:05", time(22, 5)),
        (day, date(2025, 6, 25), date(2025, 6, 25)),
        (language, "et", "et"),
        (address, "https://a.example/rss", "https://a.example/rss"),
        (address, "http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_what_is_accepted(read: Reader[object], value: object, result: object) -> None:
    assert read(value) == result


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *[(duration, wrong) for wrong in ("often", 10, "0m", "10", "1w", "36501d", "999999d")],
        *[(deadline, wrong) for wrong in ("9s", "2d", "36500d")],  # X10
        *[(size, wrong) for wrong in ("much", 10, "0MB")],
        *[(zone, wrong) for wrong in ("Mars/Olympus", "../etc", "", 1)],
        *[(clock, wrong) for wrong in ("25:00", "7:00", 700)],
        *[(day, wrong) for wrong in ("2025-06-25", datetime(2025, 6, 25, 10))],
        *[(days, wrong) for wrong in (0, 36_501, 10**30)],
        *[(language, wrong) for wrong in ("English", "kr", 1)],
        *[(address, wrong) for wrong in ADDRESSES],
    ],
)
def test_what_is_refused_with_reason_and_mend(read: Reader[object], value: object) -> None:
    with pytest.raises(FaultError) as refused:
        read(value)
    assert refused.value.reason
    assert refused.value.mend


def test_two_spellings_of_one_address() -> None:
    assert same_address("https://a.example/rss") == same_address("HTTPS://A.example:443/rss#top")
    assert same_address("https://a.example/rss") != same_address("https://a.example/rss?x")

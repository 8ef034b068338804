from datetime import UTC, datetime, timedelta, timezone

import pytest

from flows.cli.draw import draw_table, marked, show


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (datetime(2025, 6, 26, 3, tzinfo=UTC), "2025-06-26 03:00:00Z"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))), "0001-01-01 00:00:00+09:00"),  # FAULTS X14
        (datetime(2025, 6, 26), "2025-06-26 00:00:00"),  # no zone, none invented
        (["a", None, 1], "a, , 1"),
        ("one\n\x1b[31mtwo", "one  [31mtwo"),
    ],
)
def test_a_value_for_people(value: object, shown: str) -> None:
    assert show(value) == shown


def test_off_a_terminal_nothing_is_cut_or_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    draw_table(("id", "title"), [("1", "long " * 100)])
    assert ("long " * 100).strip() in capsys.readouterr().out.splitlines()[1]


def test_evidence_is_marked_where_it_stands_once_where_it_overlaps() -> None:
    assert str(marked("Seoul and NATO", [(10, 14), (0, 5), (3, 8)])) == "«Seoul» and «NATO»"

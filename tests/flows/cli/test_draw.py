from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from flows.cli.draw import draw_table, marked, show
from tests.konato import Konato


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


def test_status_for_prometheus_is_read_by_its_own_parser(konato: Konato, tmp_path: Path) -> None:
    families = {one.name: one for one in text_string_to_metric_families(konato("status", "--format", "prometheus")[0])}
    assert families["konato_status"].samples[0].value == 0
    outcomes = {sample.labels["outcome"]: sample.value for sample in families["konato_feeds_polled"].samples}
    assert outcomes == {"new": 2, "server_error": 1}
    assert [sample.labels for sample in families["konato_deliveries"].samples] == [{"state": "sent"}]
    konato.home = tmp_path
    assert "konato_status 3.0" in konato("status", "--format", "prometheus", code=3)[0]

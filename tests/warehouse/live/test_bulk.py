import pytest

from tests.builders import NOW
from warehouse.connection import Connection, EngineError
from warehouse.live.bulk import append, id_of, key_of


def test_keys_and_ids_are_the_same_number() -> None:
    for key in (0, 1, -1, 2**63 - 1, -(2**63)):
        assert key_of(id_of(key)) == key


def test_equal_rows_and_equal_lists_are_stored_each(con: Connection) -> None:
    append(con, "repeats", [])
    row = {
        "message_id": "m",
        "channel": "c",
        "result": "sent",
        "status": 1,
        "reason": "",
        "milliseconds": 0,
        "title": "",
        "text": "",
    }
    for one in (row, row | {"alert_ids": ["c"]}):
        append(
            con,
            "attempts",
            [one] * 2,
            attempted_at=NOW,
            **({} if one is not row else {"alert_ids": lambda _: ["a", "b"]}),
        )
    assert con.execute("SELECT alert_ids FROM attempts").fetchall() == [(["a", "b"],)] * 2 + [(["c"],)] * 2


def test_nothing_that_a_feed_sends_stops_a_row(con: Connection) -> None:
    names = [
        {"event_id": f"{n}\ud800", "alert_id": "a", "channel": "\udc00", "reason": "", "recorded_at": None}
        for n in (1, 2)
    ]
    append(con, "repeats", names, recorded_at=NOW)
    assert con.execute("SELECT event_id, channel FROM repeats").fetchall() == [("1?", "?"), ("2?", "?")]
    with pytest.raises(EngineError, match="Conversion"):
        append(con, "repeats", names, recorded_at="never")

from datetime import date, timedelta

from alerts.model import Alert
from alerts.word.labels import words
from alerts.word.timeline import MONTHS, timeline
from tests.alerts.making import HEALTH, alert, facts
from tests.builders import NOW


def test_an_event_stands_where_it_was_told_last_beside_what_came_before_it() -> None:
    plan = facts(stage="scheduled", event_date=date(2025, 9, 1), date_precision="month")
    moved = facts(stage="postponed", event_date=date(2025, 10, 1), date_precision="month")
    other = facts(track="cooperation", chain=(), event_date=date(2025, 6, 30))
    told = [
        alert(2, event_id="plan", facts=moved, change="advanced", created_at=NOW + timedelta(hours=1)),
        alert(1, event_id="plan", facts=plan),
        alert(3, facts=other),
        alert(4, facts=HEALTH, event_id=None),
    ]
    found = timeline(told, words("en"))
    assert found
    assert found.months == tuple(f"2025-{n:02}" for n in range(4, 11))
    assert {label: [marks for marks in cells if marks] for label, cells in found.rows} == {
        "Korea–NATO consultation body": [(("○", "23 April 2025: proposed"),), (("✕", "October 2025: postponed"),)],
        "Korea–NATO cooperation": [(("●", "30 June 2025: agreed"),)],
    }


def test_only_the_last_months_are_drawn_and_nothing_where_nothing_is_dated() -> None:
    def of(*days: date | None) -> list[Alert]:
        return [alert(n, facts=facts(event_date=day, chain=())) for n, day in enumerate(days)]

    found = timeline(of(date(2019, 12, 31), date(2025, 1, 31)), words("ko"))
    assert found
    assert (len(found.months), found.months[0], found.months[-1]) == (MONTHS, "2024-02", "2025-01")
    assert timeline(of(None), words("en")) is None

from pathlib import Path

from flows.configure.settings import read_settings
from tests.configured import PAST, Refusal
from tests.table import table


@table("content, key")
def test_a_bad_history_is_refused(refusal: Refusal, content: str, key: str) -> None:
    assert refusal("history.toml", content).key == key


def test_the_known_chain_is_in_order_and_each_act_keeps_its_identity(config: Path) -> None:
    (config / "history.toml").write_text(PAST.replace("06-25", "07-01") + PAST + 'title_ko = "티"\n', encoding="utf-8")
    first, second = read_settings(config, {}).history
    assert [str(event.event_date) for event in (first, second)] == ["2025-06-25", "2025-07-01"]
    assert first.event_id == "hbbaac3579a54e4f" != second.event_id
    assert (first.titles, first.tracks, first.stage.name) == ((("ko", "티"),), ("cooperation",), "HELD")
    assert all(event.history and event.alertable for event in (first, second))

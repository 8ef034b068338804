from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.konato import Konato


def test_status_for_prometheus_is_read_by_its_own_parser(konato: Konato, tmp_path: Path) -> None:
    families = {one.name: one for one in text_string_to_metric_families(konato("status", "--format", "prometheus")[0])}
    assert families["konato_status"].samples[0].value == 0
    outcomes = {sample.labels["outcome"]: sample.value for sample in families["konato_feeds_polled"].samples}
    assert outcomes == {"new": 2, "server_error": 1}
    assert [sample.labels for sample in families["konato_deliveries"].samples] == [{"state": "sent"}]
    konato.home = tmp_path
    assert "konato_status 3.0" in konato("status", "--format", "prometheus", code=3)[0]

import io
import json
import logging

import pytest

from flows.service.logs import configure


def test_a_line_is_one_json_object_and_libraries_below_warning_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    configure(logging.INFO)
    logging.getLogger("konato.test").info("hello\nthere", extra={"cycle": "c1"})
    logging.getLogger("apprise").info("a secret")
    try:
        float("no")
    except ValueError:
        logging.getLogger("konato.test").exception("it failed")
    first, second = map(json.loads, said.getvalue().splitlines())
    assert (first["level"], first["message"], first["cycle"]) == ("info", "hello\nthere", "c1")
    assert "ValueError" in second["error"]

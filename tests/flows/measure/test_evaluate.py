import json
from pathlib import Path

import pytest

from extractors.model import ConfigError
from flows.measure.evaluate import committed, evaluate, read_cases
from tests.extractors.mention.saying import LEXICON
from tests.table import tables

AGREED, KOREAN, SHARES = tables(__file__).values()


def written(folder: Path, *cases: object) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n\n", encoding="utf-8")
    return path


def test_reports_of_one_event_give_one_alert_in_two_languages(tmp_path: Path) -> None:
    found = json.loads(json.dumps(evaluate(written(tmp_path, AGREED, KOREAN, SHARES), LEXICON).figures()))
    assert (found["alert"]["f1"], found["events"]["found"], found["events"]["alerts_per_true_event"]) == (1.0, 1, 1.0)
    assert sorted(found["by_language"]) == ["en", "ko"]
    assert found["by_language"]["ko"]["events"]["found"] == 1


def test_wrong_cases_are_explained(tmp_path: Path) -> None:
    cases = [
        {**AGREED, "id": "false alert", "alert": False},
        {**AGREED, "id": "falsely relevant", "relevant": False, "alert": None},
        {**SHARES, "id": "missed alert", "alert": True},
        {**SHARES, "id": "missed as relevant", "relevant": True},
        {**AGREED, "id": "right"},
    ]
    errors = evaluate(written(tmp_path, *cases), LEXICON).errors()
    assert [one["error"] for one in errors] == [one["id"] for one in errors] == [case["id"] for case in cases[:-1]]
    assert all(one["reason"] for one in errors)
    assert any("consultative body" in str(one["terms"]) for one in errors)


def test_what_changed_since_the_committed_baseline_is_told_case_by_case(tmp_path: Path) -> None:
    cases = ({**AGREED, "id": "same"}, {**AGREED, "id": "mended"}, {**SHARES, "id": "worse", "alert": True})
    path = written(tmp_path, *cases)
    assert committed(path) is None
    (tmp_path / "baseline.json").write_text('{"cases": {"wrong": {"mended": "missed alert"}}}', encoding="utf-8")
    before = committed(path)
    assert before is not None
    assert evaluate(path, LEXICON).changed(before) == [("mended", "missed alert", ""), ("worse", "", "missed alert")]


def test_cases_come_in_the_order_of_their_dates(tmp_path: Path) -> None:
    dates = [None, "2025-07", "2025-06-26", "2025", "2025-06-30T23:00:00+09:00"]
    cases = read_cases(written(tmp_path, *({"id": str(when), "title": "x", "published": when} for when in dates)))
    assert [one.labels.case for one in cases] == ["2025", "2025-06-26", "2025-06-30T23:00:00+09:00", "2025-07", "None"]
    assert str(cases[0].item.published_at) == "2025-01-01 12:00:00+00:00"
    assert cases[-1].item.published_at is None
    assert cases[-1].item.first_seen_at == cases[-2].item.first_seen_at


def test_labels_that_feedback_lacks_count_nowhere(tmp_path: Path) -> None:
    missed = {"title": AGREED["title"], "url": "https://a.example/1", "alert": True}
    block = evaluate(written(tmp_path, missed, {"title": "Another"}), LEXICON).blocks()["relevant"]
    assert (block["recall"], block["precision"]) == (1.0, 1.0)


@pytest.mark.parametrize("line", ["no json", "[]", '{"published": "2025"}', '{"title": "x", "published": "June"}'])
def test_a_line_that_is_no_case_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"title": "x"}\n' + line, encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        evaluate(path, LEXICON)

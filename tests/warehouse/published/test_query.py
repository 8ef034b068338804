from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import PUBLISHED
from warehouse.live.migrate import migrate
from warehouse.published import query
from warehouse.published.publish import publish
from warehouse.published.query import Limits, QueryError, csv_safe, questions, run


@pytest.fixture(name="home", scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homes.made(tmp_path_factory.mktemp("home"), 3)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_every_ready_question_has_a_title_and_an_answer(home: Path, question: query.Question) -> None:
    assert question.title != question.name
    answer = run(home, question.name, {})
    assert answer.columns
    assert answer.published_at > NOW
    assert answer.rows or question.name == "failing"


def test_parameters_have_types_and_defaults(home: Path) -> None:
    assert len(run(home, "chain", {}).rows) == 3
    assert run(home, "chain", {"track": "cooperation"}).rows == ()
    assert run(home, "as_of", {"day": "2025-06-25"}).rows == ()
    assert len(run(home, "as_of", {"day": "2025-06-26"}).rows) == 3
    with pytest.raises(QueryError, match="no parameter day; it takes: track"):
        run(home, "chain", {"day": "x"})
    with pytest.raises(QueryError, match="no parameter x; it takes: none"):
        run(home, "coverage", {"x": "1"})
    with pytest.raises(QueryError, match="date"):
        run(home, "as_of", {"day": "yesterday"})
    assert run(home, "SELECT event_id FROM events WHERE event_id = $id", {"id": "e1"}).rows == (("e1",),)


def test_the_archive_is_there_for_questions(home: Path, tmp_path: Path) -> None:
    assert run(home, "SELECT relevant, count(*) FROM archive GROUP BY 1 ORDER BY 1", {}).rows == ((False, 3), (True, 3))
    migrate(tmp_path, now=NOW)
    publish(tmp_path, now=NOW, lexicon_version="t")
    with pytest.raises(QueryError, match="archive"):
        run(tmp_path, "FROM archive", {})


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{home}/published/archive/x.parquet'",
        "FROM read_csv('/etc/hosts')",
        "FROM read_text('{home}/konato.mark')",
        "FROM '{home}/konato.duckdb'",
        "ATTACH '{home}/konato.duckdb' AS live",
        "INSERT INTO events (event_id) VALUES ('x')",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT 1; SELECT 2",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{home}/published/archive/x.parquet'",
        "",
        "SELEC",
    ],
)
def test_nothing_else_is_read_or_written(home: Path, sql: str) -> None:
    with pytest.raises(QueryError):
        run(home, sql.format(home=home) + " -- archive", {})
    assert not (home / "published" / "archive" / "x.parquet").exists()


def test_limits_of_time_memory_and_rows(home: Path) -> None:
    endless = "SELECT count(*) FROM range(1000000000) AS a(x), range(1000000000) AS b(y) WHERE x * y % 7 = 8"
    with pytest.raises(QueryError, match=r"longer than 0\.2 s"):
        run(home, endless, {}, Limits(seconds=0.2))
    with pytest.raises(QueryError, match=r"(?i)memory"):
        run(home, "SELECT list(x) FROM range(20000000) AS t(x)", {}, Limits(memory="20MB"))
    answer = run(home, "FROM range(10)", {}, Limits(rows=3))
    assert (len(answer.rows), answer.cut) == (3, True)


def test_a_home_without_a_copy_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=PUBLISHED):
        run(tmp_path, "SELECT 1", {})


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-x", "'-x"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=1", "a=1"),
        (-1, "-1"),
        (None, ""),
    ],
)
def test_formulas_are_text_in_csv(value: object, cell: str) -> None:
    assert csv_safe(value) == cell

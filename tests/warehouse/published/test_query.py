import resource
import shutil
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing.connection import Connection as Line
from pathlib import Path

import duckdb
import pytest

from alerts.model import DeliveryState
from extractors.learned import Resolution
from extractors.story import Stage
from tests import builders as b
from tests.builders import NOW
from tests.table import table
from tests.warehouse import homes
from warehouse.connection import PUBLISHED, opened, writing
from warehouse.live import events, items, outbox
from warehouse.published import query
from warehouse.published.publish import publish
from warehouse.published.query import Limits, QueryError, answer, csv_safe, questions, run

MINUTE = timedelta(minutes=1)


@pytest.fixture(name="home", scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homes.made(tmp_path_factory.mktemp("home"), 3)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_every_ready_question_has_a_title_and_an_answer(home: Path, question: query.Question) -> None:
    found = answer(home, question.name, {})
    assert question.title != question.name
    assert found.published_at > NOW
    assert found.rows or question.name in {"failing", "latency", "overdue", "upcoming"}


@table("question, params, found")
def test_parameters_have_usual_values(home: Path, question: str, params: dict[str, str], found: int | str) -> None:
    if isinstance(found, int):
        assert len(answer(home, question, params).rows) == found
    else:
        with pytest.raises(QueryError, match=found):
            answer(home, question, params)


def test_without_anything_seen_there_is_no_archive(empty: Path, tmp_path: Path) -> None:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    publish(tmp_path, now=NOW, lexicon_version="t")
    with pytest.raises(QueryError, match="archive"):
        answer(tmp_path, "FROM archive", {})


@table("sql")
def test_x14_nothing_else_is_read_or_written(home: Path, sql: str) -> None:
    with pytest.raises(QueryError):
        answer(home, sql.format(home=home) + " -- archive", {})
    assert not (home / "published" / "archive" / "x.parquet").exists()


@pytest.fixture(name="asked", scope="module")
def _asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two events: one told in two languages, then postponed; one whose day has passed. One alert was sent."""
    home = homes.made(tmp_path_factory.mktemp("asked"), 0)
    plan = b.event(event_id="plan", stage=Stage.SCHEDULED, event_date=date(2025, 9, 30), first_reported_at=NOW)
    planned = [
        ("ko", "방산 협의체 회의 일정", "", plan),
        ("en", "NATO and ＲＯＫ set a date", "a fuller text", plan),
        ("en", "Short", "", replace(plan, event_id="past", event_date=date(2025, 6, 20))),
    ]
    for n, (language, title, summary, event) in enumerate(planned, 1):
        told, moment = replace(homes.report(n), language=language, title=title), NOW + n * MINUTE
        item = b.item(key=n, content=n, url=told.url, language=language, title=title, summary=summary)
        joins = ((told.item_id, event.event_id, "new"),)
        with writing(home, now=moment) as con:
            items.insert(con, [(item, told.mention)], now=moment)
            known = (replace(event, title=title) if event is plan else event,)
            events.save(con, Resolution(events=known, joins=joins), [told], now=moment)
            if summary:
                outbox.queue(con, [replace(homes.alert(1, moment), event_id="plan")], [homes.delivery(1)])
                outbox.settle(con, [homes.delivery(1, DeliveryState.SENT, sent_at=NOW + 5 * MINUTE)], now=moment)
    with writing(home, now=NOW + 9 * MINUTE) as con:
        moved = replace(plan, title=planned[1][1], stage=Stage.POSTPONED, event_date=date(2025, 10, 7))
        events.save(con, Resolution(events=(moved,)), [], now=NOW + 9 * MINUTE)
    publish(home, now=NOW + 10 * MINUTE, lexicon_version="t")
    return home


@table("question, params, rows", ("overdue", {}, [("past", None, date(2025, 6, 20))]))
def test_o10_ready_questions_tell_what_an_analyst_asks(
    asked: Path, question: str, params: dict[str, str], rows: list[tuple[object, ...]]
) -> None:
    found = answer(asked, question, params)
    names = {"search": ("item_id",), "latency": ("channel", "alerts", "p50_seconds")}
    wanted = found.columns if " " in question else names.get(question, ("event_id", "stage", "event_date"))
    records = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    assert sorted((tuple(record.get(name) for name in wanted) for record in records), key=repr) == rows
    assert " " in question or {"url", "slowest_url"} & set(found.columns)


ENDLESS = "SELECT count(*) FROM range(1000000000) AS a(x), range(1000000000) AS b(y) WHERE x * y % 7 = 8"


@table("sql, says")
def test_x14_the_bounds_of_time_memory_and_disk_hold(home: Path, sql: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        run(home, sql, {}, Limits(seconds=0.8) if sql == ENDLESS else Limits(seconds=60, memory=250, disk=10))
    assert sorted(file.name for file in (home / "published").iterdir()) == ["archive", "konato.duckdb"]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 600 * 1024


@table("sql")
def test_x14_a_value_that_python_has_none_for_is_text(home: Path, sql: str) -> None:
    assert answer(home, sql, {}).rows


def holds(home: Path, line: Line) -> None:
    with opened(home, file=home / PUBLISHED):
        line.send("held")
        line.recv()


def test_o7_who_holds_the_copy_is_told_in_a_line(tmp_path: Path) -> None:
    homes.made(tmp_path)
    process, line = homes.started(holds, tmp_path)
    with pytest.raises(QueryError, match=f"held open for writing by process {process.pid}") as told:
        answer(tmp_path, "FROM about", {})
    assert "\n" not in str(told.value)
    line.send("end")
    process.join()


@table("question, form, told")
def test_an_answer_may_be_a_file(home: Path, tmp_path: Path, question: str, form: str, told: list[str] | str) -> None:
    if isinstance(told, str):
        with pytest.raises(QueryError, match=told):
            run(home, question, {}, Limits(disk=1), form=form)
        return
    (tmp_path / "answer").write_bytes(run(home, question, {}, form=form).file)
    with duckdb.connect() as con:
        found = con.execute("SELECT event_id FROM read_parquet($1) ORDER BY 1", [str(tmp_path / "answer")]).fetchall()
    assert [event_id for (event_id,) in found] == told


def test_rows_are_cut(home: Path) -> None:
    found = run(home, "FROM range(10)", {}, Limits(rows=3))
    assert (len(found.rows), found.cut) == (3, True)


def test_a_home_without_a_copy_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"{PUBLISHED}.*konato run"):
        run(tmp_path, "SELECT 1", {})


@pytest.mark.parametrize(
    ("value", "cell"), [(f"{sign}1+1", f"'{sign}1+1") for sign in "=+-@\t\r"] + [("a=1", "a=1"), (-1, "-1"), (None, "")]
)
def test_formulas_are_text_in_csv(value: object, cell: str) -> None:
    assert csv_safe(value) == cell

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


@pytest.mark.parametrize(
    ("question", "params", "found"),
    [
        ("chain", {}, 3),
        ("chain", {"track": "x"}, "track 'x' is unknown; there are: consultation_body"),
        ("chain", {"day": "x"}, "no parameter day; it takes: track"),
        ("coverage", {"x": "1"}, "no parameter x; it takes: none"),
        ("as_of", {"day": "2025-06-25"}, 0),
        ("as_of", {"day": "2025-06-26"}, 3),
        ("as_of", {"day": "yesterday"}, "date"),
        ("SELECT event_id FROM events WHERE event_id = $id", {"id": "e1"}, 1),
        ("FROM archive", {}, 6),
        ("SELEC", {}, "neither a ready question nor SQL"),
    ],
)
def test_parameters_have_types_and_defaults(
    home: Path, question: str, params: dict[str, str], found: int | str
) -> None:
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


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{home}/published/archive/x.parquet'",
        "FROM read_csv('/etc/hosts')",
        "FROM read_text('{home}/konato.mark')",
        "FROM read_text('{home}/published/archive/../../konato.mark')",
        "FROM glob('{home}/*')",
        "FROM '{home}/konato.duckdb'",
        "FROM 'https://127.0.0.1/x.parquet'",
        "FROM sniff_csv('/etc/hosts')",
        "FROM query('COPY (SELECT 1) TO ''x.parquet''')",
        "FROM sql",
        "SELECT getenv('HOME')",
        "ATTACH '{home}/konato.duckdb' AS live",
        "INSERT INTO events (event_id) VALUES ('x')",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "EXPORT DATABASE '{home}/published/archive'",
        "INSTALL httpfs",
        "UPDATE EXTENSIONS",
        "SELECT 1; SELECT 2",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{home}/published/archive/x.parquet'",
        "",
    ],
)
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


NOW_PLANNED, PAST = ("plan", "postponed", date(2025, 10, 7)), ("past", "scheduled", date(2025, 6, 20))


@pytest.mark.parametrize(
    ("question", "params", "rows"),
    [
        ("SELECT title_en, title_ko, url FROM events WHERE event_id = 'plan'", {},
         [("NATO and ＲＯＫ set a date", "방산 협의체 회의 일정", "https://a.example/2")]),
        ("upcoming", {}, [NOW_PLANNED]),
        ("overdue", {}, [("past", None, date(2025, 6, 20))]),
        ("changed", {"since": str(NOW + 5 * MINUTE)}, [NOW_PLANNED]),
        ("changed", {"since": str(NOW)}, [PAST, NOW_PLANNED]),
        ("week", {}, [PAST, ("plan", "scheduled → postponed", date(2025, 10, 7)), ("plan", "scheduled", date(2025, 9, 30))]),
        ("search", {"text": "rok  nato"}, [("0000000000000002",)]),
        ("search", {"text": "방산협의체"}, [("0000000000000001",)]),
        ("search", {"text": "협의체 회의 nato"}, []),
        ("latency", {}, [("desk", 1, 300)]),
        ("SELECT alert_id, queued_at, seconds::INT FROM latency", {}, [("alert1", NOW + 2 * MINUTE, 300)]),
    ],
)  # fmt: skip
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


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (ENDLESS, r"longer than 0\.8 s"),
        ("SELECT list(x) FROM range(200000000) AS t(x)", "(?i)memory"),
        ("SELECT repeat('x', 2000000000)", "(?i)memory"),
        ("SELECT repeat('abc', 1000) FROM range(999999)", "needs more memory"),
        ("SELECT * FROM (SELECT range, repeat('y', 900) AS z, random() AS r FROM range(100000)) ORDER BY r", "."),
    ],
)
def test_x14_the_bounds_of_time_memory_and_disk_hold(home: Path, sql: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        run(home, sql, {}, Limits(seconds=0.8) if sql == ENDLESS else Limits(seconds=60, memory=250, disk=10))
    assert sorted(file.name for file in (home / "published").iterdir()) == ["archive", "konato.duckdb"]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 600 * 1024


@pytest.mark.parametrize(
    "sql",
    [
        "FROM test_all_types();",
        "SELECT '290309-12-22 (BC)'::DATE",
        "SELECT 'infinity'::TIMESTAMPTZ, INTERVAL 3000000 YEARS",
    ],
)
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


@pytest.mark.parametrize(
    ("question", "form", "told"),
    [
        ("FROM events; -- all of them; in a file", "parquet", ["e0", "e1", "e2"]),
        ("chain", "parquet", ["e0", "e1", "e2"]),
        ("SELECT 'e' || random() AS event_id FROM range(200000)", "parquet", "more than 1 MB of files|memory"),
        ("FROM events", "xlsx", "writes no xlsx: ask for parquet, or for csv"),
    ],
)
def test_an_answer_is_a_file_where_the_engine_can_write_one(
    home: Path, tmp_path: Path, question: str, form: str, told: list[str] | str
) -> None:
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
    with pytest.raises(FileNotFoundError, match=PUBLISHED):
        run(tmp_path, "SELECT 1", {})


@pytest.mark.parametrize(
    ("value", "cell"), [(f"{sign}1+1", f"'{sign}1+1") for sign in "=+-@\t\r"] + [("a=1", "a=1"), (-1, "-1"), (None, "")]
)
def test_formulas_are_text_in_csv(value: object, cell: str) -> None:
    assert csv_safe(value) == cell

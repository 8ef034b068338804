"""The pipeline over recorded feeds of real outlets, where they lie beside the project; nothing of them is kept here."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.cycle.cycle import opened
from flows.cycle.gather import rounds
from flows.cycle.home import Cycle
from flows.cycle.learn import learn
from flows.cycle.read import read
from tests.publisher import Answer, Publisher
from tests.stage import Stage

RECORDED = Path(__file__).resolve().parents[3].parent / "shared" / "real-feeds"
DAILIES = RECORDED / "korean-dailies-2022-08-01"
POLLS = RECORDED / "yonhap-polls"
FLIP = RECORDED / "yonhap-link-flip"
SPOILT = r"&#?\w+;|</?\w+>|[\x{200b}\x{202a}-\x{202e}\x{fffd}]"  # RE2's way to write it
ARTICLES = {
    "chosun": 796, "donga": 516, "hani": 273, "joongang": 208, "khan": 213, "kmib": 73, "newsis": 153, "segye": 162,
    "seoul": 147, "tongilnews": 138,
}  # fmt: skip
ARTICLE_ID = re.compile(rb"<link>[^<]*?/(A[A-Z]{2}\d{17})")

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded feeds beside the project")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Publisher() as site:
        yield Stage(tmp_path, site)


def xml(file: Path) -> Answer:
    return Answer(body=file.read_bytes(), headers={"Content-Type": "application/xml"})


def archived(stage: Stage, where: str = "true") -> int:
    rows = stage.archive(f"count(*) FILTER ({where})::INT AS n")
    assert isinstance(rows[0][0], int)
    return rows[0][0]


def test_every_article_of_ten_dailies_is_archived_once(stage: Stage) -> None:
    files = sorted(DAILIES.glob("*.xml"))
    assert len(files) == 10
    stage.site.answers = {f"/{file.stem}": xml(file) for file in files}
    stage.feeds({file.stem: {"language": "ko", "timezone": "Asia/Seoul"} for file in files})
    noon = datetime.fromisoformat("2022-08-01T12:00:00+09:00")
    first = stage.run(noon)
    assert dict(first.outcomes) == {"new": 10}
    assert archived(stage) == first.items == sum(ARTICLES.values())
    assert {paper: archived(stage, f"feed = '{paper}'") for paper in ARTICLES} == ARTICLES
    whole = f"title <> '' AND url <> '' AND published_at IS NOT NULL AND NOT regexp_matches(title, '{SPOILT}')"
    assert archived(stage, whole) == first.items
    assert stage.ask("SELECT count(*) FROM mentions WHERE alertable") == [(0,)]
    relevant = stage.ask("SELECT outlet, title FROM items")
    assert len(relevant) <= 5, relevant
    second = stage.run(noon + timedelta(hours=1), everything=True)
    assert (second.items, second.alerts) == (0, 0)
    assert archived(stage) == first.items


def test_sixty_polls_of_one_feed_hold_each_article_once(stage: Stage) -> None:
    files = sorted(POLLS.glob("*.xml"), key=lambda file: datetime.strptime(file.stem[:22], "%Y-%m-%dT%H%M%S%z"))
    assert len(files) == 60
    ids: set[bytes] = set()
    stage.feeds({"yonhap": {"timezone": "Asia/Seoul"}})
    times = [datetime.strptime(file.stem[:22], "%Y-%m-%dT%H%M%S%z") for file in files]
    with opened(Cycle(settings=stage.settings(), home=stage.home, now=times[0], everything=True)) as first:
        for file, now in zip(files, times, strict=True):  # to open the home and to publish would be most of the time
            stage.site.answers = {"/yonhap": xml(file)}
            ids.update(ARTICLE_ID.findall(file.read_bytes()))
            cycle = replace(first, now=now)
            learn(cycle, read(cycle, next(rounds(cycle))))
    stage.run(times[-1] + timedelta(hours=1), everything=True)
    assert archived(stage, "revision = 0") == len(ids) == 189
    assert stage.archive("count(DISTINCT item_id)::INT") == [(len(ids),)]


def test_flipped_links_add_only_what_is_new(stage: Stage) -> None:
    before, after = sorted(FLIP.glob("*.xml"), reverse=True)
    known = set(ARTICLE_ID.findall(before.read_bytes()))
    new = set(ARTICLE_ID.findall(after.read_bytes())) - known
    stage.feeds({"yonhap": {"timezone": "Asia/Seoul"}})
    now = datetime.fromisoformat("2024-06-20T09:00:00+08:00")
    for file, expected in ((before, len(known)), (after, len(new))):
        stage.site.answers = {"/yonhap": xml(file)}
        assert stage.run(now, everything=True).items == expected
        now += timedelta(hours=3)

from dataclasses import replace
from datetime import date

from extractors.event.portrait import portray
from extractors.story import DatePrecision, Domain, Stage
from tests.extractors.event.acts import RUTTE, WI, cycles, holds, run, said
from tests.table import table


@table("story, news, stage, day")
def test_reports_that_disagree_are_one_event(story: str, news: str, stage: Stage, day: date) -> None:
    event = holds(story, news, 1)[-1].event
    assert (event.stage, event.event_date) == (stage, day)


def test_an_event_takes_its_values_from_most_of_its_reports() -> None:
    first = "6-26 agreed 6-25 +wi @the_hague %space"
    told = cycles(f"{first} & 6-26 agreed 6-25 +wi +rutte @the_hague & 6-27 agreed 6-1 ~month +wi @seoul")
    (event,) = run(*told)[0].events.values()
    assert (event.event_date, event.date_precision) == (date(2025, 6, 25), DatePrecision.DAY)
    assert (event.place, event.actors, event.domains) == ("the_hague", (WI, RUTTE), (Domain.SPACE,))
    assert event.title == told[0][0].title


def test_a_further_act_of_an_article_is_called_by_its_sentence() -> None:
    one = said("6-26 agreed 6-25")
    for n, title in ((0, one.title), (1, "They agreed.")):
        report = replace(one, mention=replace(one.mention, n=n, sentence="They agreed."))
        assert portray("e1", [report], origins=1).title == report.headline == title


def test_baseline_is_what_only_first_runs_brought() -> None:
    changes = holds("6-26 agreed 6-25 baseline | 7-20 agreed 7-20 coop", "new; new", 2)
    assert [change.baseline for change in changes] == [True, False]

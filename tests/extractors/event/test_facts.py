from dataclasses import replace

from extractors.calendar import Dated
from extractors.event.facts import fact
from extractors.story import Domain, Evidence
from tests.extractors.event.acts import RUTTE, WI, on, said
from tests.table import table


@table("report, day")
def test_the_day_of_an_announcement_is_no_acts_day(report: str, day: Dated | None) -> None:
    assert fact(said(report)).claim == day


def test_a_year_is_no_date_to_tell_acts_apart_by_and_a_month_is() -> None:
    assert fact(said("3-10 scheduled 1-1 ~year")).first is None
    assert fact(said("3-10 scheduled 6-1 ~month")).first == on("6-1")[0].toordinal()


def test_who_acts_and_what_of() -> None:
    one = fact(said("3-10 held 1-10 +wi +rutte +office:dapa +country:japan"))
    assert one.people == {WI, RUTTE}
    assert one.others == {"office:dapa"}
    assert one.subjects == {"body"}
    assert not one.planned


@table("sentence, names")
def test_x6_names_that_no_lexicon_knows_are_taken_from_the_sentence(sentence: str, names: set[str]) -> None:
    known = Evidence(field="summary", start=0, end=4, term="NATO", concept="nato", language="en")
    mention = replace(said("3-10 joined nato").mention, sentence=sentence, evidence=(known,))
    _, latin, other = fact(replace(said("3-10 joined"), mention=mention)).names
    assert latin | other == names


def test_a_project_without_a_name_is_no_subject_and_a_field_in_a_name_counts() -> None:
    assert not fact(said("3-10 agreed nato =project:joint")).subjects
    named = fact(said("3-10 agreed nato =project:maritime_unmanned"))
    assert named.subjects == {"project:maritime_unmanned"}
    assert named.domains == {Domain.MARITIME}

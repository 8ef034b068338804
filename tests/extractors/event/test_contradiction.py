"""What parts reports into two acts, whatever else they have in common."""

from datetime import date

import pytest

from extractors.story import Act, Stage
from tests.extractors.event.acts import holds, past

ACCORD = "6-22 signed 6-22 coop %munitions +office:dapa"
DEAL = "coop %munitions +company:hanwha +office:dapa"
NSPA = "6-22 signed 6-22 nato =agency:nspa %munitions"
JOINS = "6-22 joined 6-22 nato"
HELD = "6-22 held 6-22"
HEADING = "6-20 joined 6-20 nato =project:high_visibility"


@pytest.mark.parametrize(
    ("story", "news", "acts"),
    [
        (f"{HEADING} =project:ammo & {HEADING} =project:ngrc & {HEADING}", "new; new", 2),  # which bridges nothing
        ("10-22 held 2025-1-1 ~year & 10-21 held 10-21 & 10-23 held 10-23 & 10-26 held 10-25 & 10-28 held 10-27", "new; new", 2),
        ("10-21 held 10-21 | 10-30 scheduled 11-5", "new; new", 2),
        ("10-21 held 10-21 #1 & 10-21 held 10-21 #2 & 10-21 held 10-21", "new; new", 2),
        ("6-22 signed 6-22 coop | 6-22 signed 6-22 coop %space | 6-22 signed 6-22 coop %cyber", "new; new", 2),  # X6
        ("6-22 agreed 6-22 nato =agency:nspa | 6-22 other 6-22 nato remark =posting:official =agency:nspa", "new; new", 2),
        ("6-22 held 6-22 coop =posting:office | 6-22 other 6-22 coop remark =posting:official +office:dapa", "new; new", 2),  # opened, sent
        ("5-5 held 5-5 coop =posting:office | 5-5 held 5-5 coop =posting:official +office:dapa | 5-5 held 5-5 coop", "new; new", 2),
        ("3-5 held 3-5 #2 | 3-5 agreed", "new; new", 2),  # x6: a paper that names no meeting is none of a session's
        ("3-5 held 3-5 #2 | 3-5 signed 3-5", "new; new", 2),
        ("3-5 held 3-5 #2 | 3-5 agreed 3-5", "new", 1),
        ("5-1 scheduled 5-12 | 5-5 agreed", "new; new", 2),  # nor how a plan came true
        (f"{ACCORD} | {ACCORD} +company:hanwha | {ACCORD} +company:lig", "new; new", 2),  # other parties
        (f"{ACCORD} +company:hanwha | {ACCORD} +agency:nspa", "new; new", 2),
        (f"{NSPA} +company:hanwha | {NSPA} +office:dapa | {NSPA}", "new; new", 2),  # a contract, an agreement of its day
        (f"{NSPA} +company:hanwha +office:dapa | {NSPA} +office:dapa", "new", 1),
        # x4: a forged report that names another's programme bridges nothing
        (f"3-15 agreed 3-15 {DEAL} | 3-27 postponed document {DEAL} =project:ngrc | 4-6 agreed 4-6 nato =project:ngrc", "new; advanced:postponed; new", 2),
        (f"{JOINS} =agency:nspa +company:hanwha | {JOINS} =agency:nspa +company:lig", "new; new", 2),
        (f"{JOINS} 'Arctic_Shield' | {JOINS} 'Baltic_Watch' | {JOINS} '북극_방패' | {JOINS} 'Arctic_Shield'", "new; new", 2),
        (f"{JOINS} 'NGUX' | {JOINS} 'GBMD'", "new; new", 2),
        (f"{HELD} @seoul %space | {HELD} @brussels %cyber", "new; new", 2),
        (f"{HELD} @seoul %space +wi | {HELD} @brussels %cyber +wi", "new", 1),
        ("5-1 scheduled 6-9 | 5-8 scheduled 6-25 | 5-15 postponed 7-20 moved", "new; new; advanced:postponed", 2),
        ("6-9 scheduled 7-14 #2 | 6-9 held 6-9 #2", "new; new", 2),  # what is planned on the day is not what was held
        ("4-1 scheduled 6-9 | 5-25 held 5-25", "new; new", 2),  # no session is held before its day without a word
    ],
)  # fmt: skip
def test_x6_acts_apart_stay_two_and_a_vague_report_bridges_nothing(story: str, news: str, acts: int) -> None:
    holds(story, news, acts)


def test_what_history_does_not_know_is_news_and_its_entries_stay_two() -> None:
    plan = past(stage=Stage.SCHEDULED, act=Act.SESSION, event_date=date(2025, 9, 30), ordinal=1)
    (found,) = holds("9-30 scheduled 9-30 #1 & 9-30 held 9-30 #1", "new", 2, history=(plan,))
    assert found.event.event_id != plan.event_id
    holds("8-20 agreed 6-25", "", 1, history=(past(), past(event_id="h2")))

"""How surely two reports tell of one act: when, what about, who, where, which session."""

import pytest

from tests.extractors.event.acts import holds

FIELD = "6-22 signed 6-22 %munitions"
BOTH = "6-26 agreed 6-25 body ip4 +wi +rutte"
CALL = "3-10 {} coop +lee +rutte"
HERE, THERE = CALL.format("held 3-9") + " @seoul", CALL.format("other 3-10")
JOINT = "6-26 agreed 6-25 ip4 =project:joint +wi +rutte"


@pytest.mark.parametrize(
    ("story", "news", "acts"),
    [
        (f"{BOTH} & {BOTH} & {JOINT} & {JOINT}", "new; new", 2),  # one day and the same people
        ("7-3 other 7-3 remark body nato +lee +rutte | 7-3 other 7-3 remark nato =project:high_visibility +lee +rutte", "new", 1),
        ("7-10 agreed 7-10 coop +office:dapa | 7-18 signed 7-18 coop +office:dapa", "new; advanced:signed", 1),
        ("6-26 agreed 6-25 | 10-1 agreed 6-25 quiet | 10-2 other remark quiet +lee", "new", 2),  # recaps join, remarks do not
        (f"{FIELD} nato =project:joint | {FIELD} coop @brussels | {FIELD} nato =project:joint | {FIELD} coop", "new", 1),  # X6
        (f"{FIELD} coop +office:dapa | {FIELD} nato =project:joint | 6-22 signed coop %munitions +office:dapa", "new", 1),
        (f"{HERE} & {HERE} +office:president & {THERE} & {THERE} +office:president", "new", 1),  # m18: each names cooperation alone
        # m18: in a language that names less of it, on another track
        ("6-2 joined 6-2 nato =project:ngrc | 6-3 joined 6-2 coop %air", "new", 1),
        ("3-24 joined 3-24 nato =project:ammo %munitions | 3-26 joined coop %munitions", "new", 1),
        ("3-24 joined 3-24 nato =project:ammo %munitions | 3-26 joined coop %space", "new; new", 2),
        ("10-13 agreed 10-12 nato @brussels | 10-13 signed 10-12 coop @brussels", "new", 1),
        ("10-13 agreed 10-12 nato @brussels | 10-13 signed 10-12 coop @seoul", "new; new", 2),
        ("9-30 held 9-30 =agency:niag %air | 10-1 agreed membership 9-30 nato =agency:niag %air", "new", 1),  # where they met
        ("6-26 agreed & 6-27 agreed & 7-20 agreed", "new; new", 2),  # without dates, only what is near
        ("7-1 signed coop %airworthiness | 7-12 signed 7-9 coop %airworthiness | 7-22 signed coop %airworthiness", "new", 1),
        ("9-9 scheduled 9-30 #1 | 9-25 postponed 2026-6-1 ~month #1 | 2026-8-27 scheduled 2026-9-1 ~month", "new; advanced:postponed; new", 2),
    ],
)  # fmt: skip
def test_what_makes_reports_one_act(story: str, news: str, acts: int) -> None:
    holds(story, news, acts)

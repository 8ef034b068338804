"""Whole cycles over pages and outlets that disagree: every act is told, and none takes another's event."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from extractors.mention.describe import describe
from extractors.story import Report
from extractors.words.lexicon import load
from flows.configure.packaged import packaged_config
from flows.cycle.cycle import run_cycle
from flows.measure.ledger import Ledger
from tests import builders
from tests.stage import FOUNDING_EN, NOON, Stage, rss


def test_m1_a_page_rewritten_from_one_act_to_another_tells_both_and_keeps_the_first(stage: Stage) -> None:
    stage.feeds({"a": {}, "b": {}})
    stage.site.answers = {"/a": rss(FOUNDING_EN), "/b": rss()}
    run_cycle(stage.settings(), home=stage.home, now=NOON)
    title = "South Korea joins NATO's multinational munitions warehousing project"
    text = "South Korea on Monday joined NATO's multinational ammunition warehousing project, DAPA said in Brussels."
    rewritten = (FOUNDING_EN[0], title, "Mon, 30 Jun 2025 09:10:00 +0900", text)
    stage.site.answers["/a"] = rss(rewritten)
    run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(days=4), everything=True)
    stage.site.answers["/b"] = rss(("https://b.example/7", title, "Mon, 30 Jun 2025 12:10:00 +0900", text))
    run_cycle(stage.settings(), home=stage.home, now=NOON + timedelta(days=4, hours=1), everything=True)
    told = stage.ask(
        "SELECT e.title, e.reports FROM alerts JOIN events AS e USING (event_id) WHERE change = 'new' ORDER BY created_at"
    )
    assert told == [(FOUNDING_EN[1], 1), (title, 2)]


STORAGE = "South Korea joined NATO's multinational munitions warehousing project on Monday, DAPA said."
SPACE = "South Korea joined NATO's space surveillance project on Monday, DAPA said."
BODY = "defense industry consultative body"
HELD = f"South Korea and NATO held the second session of their {BODY} in Brussels on Monday."
PLANNED = f"South Korea and NATO will hold the second session of their {BODY} on Dec. 10 in Seoul."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (  # X6: two programmes on one day are two acts
            [
                ("2025-06-23", "South Korea joins NATO's ammunition storage project", STORAGE),
                ("2025-06-23", "South Korea joins NATO's space surveillance project", SPACE),
            ],
            ["first report", "first report"],
        ),
        (  # X6: a vague first report swallows neither
            [
                ("2025-06-23", "South Korea joins NATO projects", "South Korea joined NATO projects on Monday, DAPA said."),
                ("2025-06-23", "South Korea joins NATO's ammunition storage project", STORAGE),
                ("2025-06-23", "South Korea joins NATO's space surveillance project", SPACE),
            ],
            ["first report", "first report"],
        ),
        (  # X6: a report that names session and project swallows neither
            [
                (
                    "2025-06-23",
                    f"South Korea, NATO hold {BODY} session, Seoul joins munitions project",
                    f"{HELD[:-1]} and South Korea joined NATO's munitions warehousing project.",
                ),
                ("2025-06-23", "South Korea joins NATO's ammunition storage project", STORAGE),
                ("2025-06-23", f"South Korea, NATO hold second session of {BODY}", HELD),
            ],
            ["first report", "first report"],
        ),
        (  # one visit of three days, told by many of its talks
            [
                (
                    "2026-09-13",
                    "NATO deputy chief to visit Seoul for defense industry talks",
                    "NATO Deputy Secretary General Radmila Shekerinska will visit South Korea from Sept. 14 to 16.",
                ),
                ("2026-09-14", "조현 장관, 나토 사무차장 접견…방산 협력 논의", "조현 외교부 장관은 14일 라드밀라 셰케린스카 나토 사무차장을 만났다."),
                (
                    "2026-09-15",
                    "Foreign minister Cho, NATO deputy chief discuss defense industry cooperation",
                    "Foreign Minister Cho Hyun met NATO Deputy Secretary General Radmila Shekerinska in Seoul on Monday.",
                ),
                (
                    "2026-09-15",
                    "안규백 국방장관-나토 사무차장 면담, 방산 협력 강화 합의",
                    "안규백 국방부 장관은 15일 셰케린스카 나토 사무차장과 면담했다.",
                ),
                (
                    "2026-09-16",
                    "위성락, 나토 사무차장 접견…방산 협력 논의",
                    "위성락 국가안보실장은 16일 셰케린스카 나토 사무차장을 접견하고 방산 협력을 논의했다.",
                ),
            ],
            ["first report", "scheduled → held"],
        ),
        (  # T2: called off, and on again for the same day
            [
                ("2025-10-20", f"Second session of Korea-NATO {BODY} to be held on Dec. 10", PLANNED),
                (
                    "2025-11-03",
                    f"Korea-NATO {BODY} session cancelled",
                    f"The second session of the South Korea-NATO {BODY}, planned for Dec. 10, has been cancelled.",
                ),
                ("2025-11-10", f"Korea-NATO {BODY} to meet on Dec. 10 after all", f"{PLANNED[:-1]} after all."),
            ],
            ["first report", "scheduled → cancelled", "cancelled → scheduled"],
        ),
        (  # T2: moved, in a sentence without another verb
            [
                ("2025-11-03", "제2차 한-나토 방산협의체 회의 12월 10일 개최", "방사청은 제2차 한-나토 방산협의체 회의를 12월 10일 연다고 밝혔다."),
                ("2025-11-10", "한-나토 방산협의체 회의 12월 17일로 변경", "방사청은 회의 일정이 12월 17일로 변경됐다고 밝혔다."),
            ],
            ["first report", "date moved from 2025-12-10 to 2025-12-17"],
        ),
        (  # T1: put off twice, each time told
            [
                ("2025-10-20", f"Second session of Korea-NATO {BODY} to be held on Dec. 10", PLANNED),
                ("2025-11-03", "한-나토 방산협의체 2차 회의 연기", "방사청은 12월 10일로 예정됐던 제2차 한-나토 방산협의체 회의가 연기됐다고 밝혔다."),
                ("2025-11-10", "한-나토 방산협의체 2차 회의 내년 1월 20일 개최", "방사청은 제2차 한-나토 방산협의체 회의를 내년 1월 20일 연다고 밝혔다."),
                (
                    "2025-11-20",
                    f"South Korea-NATO {BODY} session postponed again",
                    f"The second session of the South Korea-NATO {BODY} has been postponed again, DAPA said Thursday.",
                ),
            ],
            ["first report", "scheduled → postponed", "date set for 2026-01-20", "scheduled → postponed"],
        ),
    ],
)  # fmt: skip
def test_t1_t2_x6_each_act_and_each_change_of_it_is_told(said: list[tuple[str, str, str]], told: list[str]) -> None:
    lexicon = load(packaged_config() / "lexicon")
    ledger, details = Ledger(), []
    for number, (day, title, text) in enumerate(said):
        when = datetime.fromisoformat(f"{day}T{number:02}:00+00:00")
        language = "ko" if "나토" in title else "en"
        facts = {"key": number + 1, "content": number + 1, "outlet": f"o{number}", "title": title, "summary": text}
        item = builders.item(published_at=when, first_seen_at=when, language=language, **facts)
        says = describe(item, lexicon)
        assert isinstance(says, tuple)
        changes = ledger.learn([Report.of(item, one) for one in says], now=when).changes
        details += [change.detail for change in changes if change.news]
    assert details == told

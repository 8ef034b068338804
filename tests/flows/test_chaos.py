import os
from pathlib import Path

import pytest

from tests.chaos import CONTEXT, POINTS, STORIES, TAKEN, Trial, cycle, trials
from tests.publisher import Publisher
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import Stage, rss


def test_a_kill_at_each_named_point_loses_nothing(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "trial", mutes=True)
    assert trial.run([*POINTS[:-1], TAKEN, POINTS[-1]]) == []
    assert trial.kills == len(POINTS) + 1


@pytest.mark.long
def test_chaos() -> None:
    count = int(os.environ.get("KONATO_KILLS", "2000"))
    kills, repeats, wrong = trials(count, seed=20250626)
    print(f"\n{kills} kills, {repeats} repeats, each after a lost reply; lost: {len(wrong)}")
    assert wrong == []


def test_two_cycles_at_once_send_nothing_twice(tmp_path: Path) -> None:
    with Publisher({"/wire": rss(*STORIES[:3])}) as site, HttpReceiver() as hook, SmtpReceiver() as mail:
        stage = Stage(tmp_path / "stage", site)
        stage.feeds({"wire": {"outlet": "Wire"}})
        stage.channels({"name": "hook", "url_env": "HOOK"}, {"name": "mail", "url_env": "MAIL"})
        environment = {"HOOK": f"json://127.0.0.1:{hook.port}/", "MAIL": mail.url}
        args = (str(stage.config), str(stage.home), 0, "", environment)
        both = [CONTEXT.Process(target=cycle, args=args) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join(60)
        assert [one.exitcode for one in both] == [0, 0]
        assert len(hook.received) == len(mail.received) == 3

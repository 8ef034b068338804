"""A new user's way by README alone: from an empty folder to the first own alert, in Slack and in the mail."""

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from apprise.plugins.slack import NotifySlack

from flows.cli.main import main
from tests.publisher import Publisher
from tests.receivers import HttpReceiver, SmtpReceiver
from tests.stage import noise, rss
from tests.unattended import news

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = README.split("## Your own watch")[1].split("\n## ")[0]
BLOCK = re.compile(r"^ *```(toml)?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


class Person:
    """Types what README says, and writes what it shows into the file that it names."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, instead: dict[str, str]) -> None:
        self.monkeypatch, self.instead = monkeypatch, instead
        self.typed: list[str] = []

    def given(self, text: str) -> str:
        for theirs, ours in self.instead.items():
            text = text.replace(theirs, ours)
        return text

    def type(self, line: str) -> None:
        words = [os.path.expandvars(word).replace("~", os.environ["HOME"]) for word in shlex.split(line, comments=True)]
        if words[0] == "export":
            for name, _, value in (word.partition("=") for word in words[1:]):
                self.monkeypatch.setenv(name, value)
            return
        self.typed.append(" ".join(words[:2]))
        self.monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code, line

    def write(self, text: str) -> None:
        name = "feeds.toml" if "[[feed]]" in text else "channels.toml"  # in the place of the shipped feeds
        Path(os.environ["KONATO_CONFIG"], name).write_text(text, encoding="utf-8")


def test_o8_readme_alone_leads_from_nothing_to_an_alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KONATO_CONFIG", "KONATO_HOME", "KONATO_SLACK_URL", "KONATO_MAIL_URL"):
        monkeypatch.setenv(name, "")  # what README sets goes with the test
    monkeypatch.setenv("HOME", str(tmp_path))
    run = next(line for line in SECTION.splitlines() if line.startswith("konato run"))
    with Publisher({"/rss": rss(*noise(2))}) as site, HttpReceiver() as slack, SmtpReceiver() as mail:
        monkeypatch.setattr(NotifySlack, "webhook_url", slack.url("/services"))
        instead = {
            'https://news.example/rss.xml"': f'{site.url("/rss")}"\nallow_private = true',
            "TokenA/TokenB/TokenC": "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            "mailtos://user:password@mail.example": mail.url.partition("?")[0],
        }
        person = Person(monkeypatch, instead)
        for kind, block in BLOCK.findall(SECTION):
            lines = [person.given(line.strip()) for line in block.splitlines()]
            if kind:
                person.write("\n".join(lines))
            for line in lines if not kind else ():
                if line != run:
                    person.type(line)
        person.type(re.findall(r"`(konato channels test \w+)`", SECTION)[0])
        person.type(run)
        site.answers["/rss"] = news()
        person.type(run.replace("konato run", "konato run --all"))
        assert person.typed == ["konato init", "konato check", "konato channels", "konato run", "konato run"]
        assert ["consultative body" in one.text for one in slack.received] == [False, True]
        assert ["consultative body" in str(one) for one in mail.received] == [True]


def test_the_pictures_of_readme_are_there_and_small() -> None:
    root = Path(__file__).parents[2]
    pictures = [root / name for name in re.findall(r'<img src="([^"]+)"', README)]
    there = {one.stem for one in pictures[0].parent.iterdir()}
    assert {one.stem for one in pictures} == {"page", "mail", "slack"} == there
    assert sum(one.stat().st_size for one in pictures) < 150_000

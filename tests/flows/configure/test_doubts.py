from pathlib import Path

from flows.configure.settings import examine
from tests.configured import CHANNEL, FEED, URL
from tests.table import table

CONTACT = '[http]\ncontact = "desk@a.example"\n'
SOUND = {"feeds.toml": FEED, "channels.toml": CHANNEL, "konato.toml": CONTACT}


@table("file, text, doubts")
def test_o9_what_is_hardly_meant_is_a_warning_and_no_fault(
    config: Path, file: str, text: str, doubts: list[str]
) -> None:
    for name, content in {**SOUND, file: text}.items():
        (config / name).write_text(content, encoding="utf-8")
    found = examine(config, URL)
    assert found.settings is not None
    assert [doubt in one for doubt, one in zip(doubts, found.doubts, strict=True)] == [True] * len(doubts)


def test_o9_a_faulty_configuration_raises_doubts_too(config: Path) -> None:
    (config / "feeds.toml").write_text(FEED + 'every = "often"\nenabled = false\n', encoding="utf-8")
    (config / "konato.toml").write_text(CONTACT, encoding="utf-8")
    found = examine(config, URL)
    assert (found.settings, len(found.faults), len([*found.doubts])) == (None, 1, 1)

"""Commands that set up: init lays out a configuration, check looks through one."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

from extractors.model import ConfigError
from extractors.tables import together
from flows.configure.packaged import packaged_config, read_lexicon
from flows.configure.settings import Settings, examine
from flows.service.selftest import self_test
from warehouse.live.migrate import steps

LAID_OUT: Final = ("feeds.toml", "channels.toml", "konato.toml", "history.toml")
NEXT: Final = """\
{place}: {files}; the words are those that came with Konato
next:  edit {place}/feeds.toml, {place}/channels.toml, and `contact` in {place}/konato.toml
       {konato} check {options}
       {konato} run {options} --home DIR      one cycle; alerts go to the console until there is a channel
       {konato} serve {options} --home DIR    unattended"""
WAITS: Final = "Until then nothing is sent to it; everything else goes on."


def init(*, folder: Path | None, config: Path) -> None:
    """Copy the files to edit, all or none."""
    place = folder or config
    for name in LAID_OUT:
        if os.path.lexists(place / name):  # a link that leads nowhere yet would be written through
            raise ConfigError(file=str(place / name), reason="is there already", mend="Name another folder.")
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in LAID_OUT:
            shutil.copyfile(packaged_config() / name, place / name)
    except OSError as error:
        raise ConfigError(file=str(place), reason=str(error.strerror), mend="Name another folder.") from error
    shutil.copytree(packaged_config() / "schema", place / "schema", dirs_exist_ok=True)  # for editors
    konato = "konato" if shutil.which("konato") else sys.argv[0]  # run from an environment that is not activated
    options = f"--config {shlex.quote(str(place))}"
    print(NEXT.format(place=place, files=", ".join(LAID_OUT), konato=konato, options=options))


def check(*, config: Path, home: Path, testing: bool, language: str) -> int:
    """Print what would run and every doubt, then raise all faults together; exit code 1 where the self-test fails."""
    found = examine(config)
    where = str(config / "channels.toml")
    stopped = [
        ConfigError(file=where, table=f"channel[{one.name}]", key="url_env", reason=one.problem, mend=WAITS)
        for one in found.channels
        if one.problem
    ]
    print(*(f"warning: {doubt}\n" for doubt in found.doubts), sep="", end="")
    if found.settings:
        print(*_described(found.settings, home, "to be mended" if stopped else "good"), sep="\n")
    if language and found.settings:
        lexicon = found.settings.lexicon
        words = sum(term.language == language for term in lexicon.terms)
        print(f"{language}: {words:,} words, lacks: {', '.join(lexicon.lacking(language)) or 'nothing'}")
    if faults := (*found.faults, *stopped):
        raise together(faults)
    broken = self_test(found.settings) if testing and found.settings else ""
    if testing:
        print(f"self-test: {broken or 'all five stages did their work'}")
    return 1 if broken else 0


def _described(settings: Settings, home: Path, word: str) -> Iterator[str]:
    feeds, lexicon = settings.feeds.all, settings.lexicon
    enabled = sum(feed.enabled for feed in feeds)
    yield f"configuration {settings.config}: {word} · home {home}"
    yield f"feeds: {enabled} enabled, {len(feeds) - enabled} not"
    for channel in settings.channels:
        source = f"from ${channel.url_env}" if channel.url_env else "the console"
        yield f"channel {channel.name}: {source}, {channel.mode}, {', '.join(channel.tracks) or 'all tracks'}"
    yield f"history: {len(settings.history)} acts known · lexicon {lexicon.version}"
    if own := lexicon.laid_over:
        yield f"lexicon: {len(own)} terms of {settings.config / 'lexicon'} laid over those that came with Konato"


def version() -> None:
    """Print the three versions."""
    lexicon = read_lexicon(packaged_config() / "lexicon").version
    print(f"konato {metadata.version('konato')}, schema {steps()[-1].version}, lexicon {lexicon}")


def completion(*, shell: str) -> None:
    """Print what makes a shell complete commands and options."""
    import shtab  # needed by nobody else

    from flows.cli.main import command_line  # which imports this module by its name

    print(shtab.complete(command_line(), shell))

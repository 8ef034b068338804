"""Commands that set up: init lays out a configuration, check looks through one."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from extractors.model import ConfigError
from flows.cli.options import Config, Home

if TYPE_CHECKING:  # start-up time of the other commands
    from flows.configure.settings import Settings

LAID_OUT: Final = ("feeds.toml", "channels.toml", "konato.toml", "history.toml")


def init(
    *, folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Default: that of --config.")] = None,
    config: Config,
) -> None:  # fmt: skip
    """Lay out a configuration to edit, and say the next steps; overwrites nothing."""
    from flows.configure.packaged import packaged_config

    place = folder or config
    for name in LAID_OUT:
        if (place / name).exists():
            raise ConfigError(file=str(place / name), reason="is there already", mend="Name another folder.")
    place.mkdir(parents=True, exist_ok=True)
    for name in LAID_OUT:
        shutil.copyfile(packaged_config() / name, place / name)
    konato = "konato" if shutil.which("konato") else sys.argv[0]  # run from an environment that is not activated
    options = f"--config {shlex.quote(str(place))}"
    print(
        f"{place}: {', '.join(LAID_OUT)}; the words are those that came with Konato\n"
        f"next:  edit {place / 'feeds.toml'}, {place / 'channels.toml'}, and `contact` in {place / 'konato.toml'}\n"
        f"       {konato} check {options}\n"
        f"       {konato} run {options} --home DIR      one cycle; alerts go to the console until there is a channel\n"
        f"       {konato} serve {options} --home DIR    unattended"
    )


def check(
    *,
    config: Config,
    home: Home,
    testing: Annotated[
        bool, typer.Option("--self-test", help="Send one item through all stages, on loopback.")
    ] = False,
    language: Annotated[str, typer.Option(help="Say what the lexicon lacks in this language.")] = "",
) -> None:
    """Validate the configuration and say all that is wrong in it, and what would run; no network."""
    from extractors.tables import together
    from flows.configure.settings import examine

    found = examine(config)
    for doubt in found.doubts:
        print(f"warning: {doubt}")
    until = "Until then nothing is sent to it; everything else goes on."
    stopped = [
        ConfigError(
            file=str(config / "channels.toml"), table=f"channel[{channel.name}]", key="url_env", reason=channel.problem,
            mend=until,
        )
        for channel in found.channels if channel.problem
    ]  # fmt: skip
    if found.settings:
        _describe(found.settings, home, "good" if not stopped else "to be mended")
        if language:
            lexicon = found.settings.lexicon
            words = sum(term.language == language for term in lexicon.terms)
            print(f"{language}: {words:,} words, lacks: {', '.join(lexicon.lacking(language)) or 'nothing'}")
    if faults := (*found.faults, *stopped):
        raise together(faults)
    if testing and found.settings:
        from flows.service.selftest import self_test

        broken = self_test(found.settings)
        print(f"self-test: {broken or 'all five stages did their work'}")
        raise typer.Exit(1 if broken else 0)


def _describe(settings: Settings, home: Path, word: str) -> None:
    enabled = [feed for feed in settings.feeds if feed.enabled]
    print(f"configuration {settings.config}: {word} · home {home}")
    print(f"feeds: {len(enabled)} enabled, {len(settings.feeds) - len(enabled)} not")
    for channel in settings.channels:
        source = f"from ${channel.url_env}" if channel.url_env else "the console"
        tracks = ", ".join(channel.tracks) or "all tracks"
        print(f"channel {channel.name}: {source}, {channel.mode}, {tracks}")
    print(f"history: {len(settings.history)} acts known · lexicon {settings.lexicon.version}")
    if own := settings.lexicon.laid_over:
        print(f"lexicon: {len(own)} terms of {settings.config / 'lexicon'} laid over those that came with Konato")

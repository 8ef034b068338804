"""`konato demo`: the bundled press, watched day by day by the very code that `konato run` uses, in a fresh home."""

import json
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from flows.configure.packaged import packaged_config
from flows.configure.settings import read_settings
from flows.cycle.cycle import run_cycle
from flows.cycle.home import Cycle
from flows.cycle.learn import Summary
from flows.demo.press import KST, Bundle, Press, bundled
from warehouse import files
from warehouse.published import query


def run_demo(home: Path) -> tuple[Summary, ...]:
    """Watch the bundled press through spring and summer 2025 in `home`/demo, made fresh; alerts go to the console.

    Returns the figures of each cycle; the home stays, for queries. Raises OSError where it cannot be made anew.
    """
    folder = home / "demo"
    if folder.exists():
        shutil.rmtree(folder)
    files.private(folder)
    bundle, done = bundled(), list[Summary]()
    with Press(bundle) as press:
        settings = read_settings(_configure(folder / "config", press), environment={})
        start = bundle["clock"][0].date() - settings.horizon  # what is known later, the demo is to find by itself
        known = (event for event in settings.history if event.event_date and event.event_date < start)
        settings = replace(settings, history=tuple(known))
        for moment in bundle["clock"]:
            press.now = moment
            cycle = Cycle(settings=settings, home=folder, now=moment.astimezone(UTC), who="konato demo")
            done.append(run_cycle(cycle))
            sys.stdout.write(f"{moment.astimezone(KST):%Y-%m-%d %H:%M} KST · {done[-1]}\n")
    sys.stdout.write(_report(folder, bundle, done))
    return tuple(done)


def _configure(folder: Path, press: Press) -> Path:
    """Write a configuration for the press on its port: no channel, so the console; our own lexicon and history."""
    packaged = packaged_config()
    shutil.copytree(packaged / "lexicon", folder / "lexicon")
    shutil.copy(packaged / "history.toml", folder)
    (folder / "channels.toml").write_text("# None: alerts go to the console.\n", "utf-8")
    feeds = "\n".join(
        f"[[feed]]\nname = {json.dumps(name)}\nurl = {json.dumps(press.url(name))}\n"
        f"outlet = {json.dumps(paper['outlet'], ensure_ascii=False)}\nlanguage = {json.dumps(paper['language'])}\n"
        f'timezone = "Asia/Seoul"\nallow_private = true\n'
        for name, paper in press.bundle["paper"].items()
    )
    (folder / "feeds.toml").write_text(feeds, "utf-8")
    return folder


def _report(folder: Path, bundle: Bundle, done: Sequence[Summary]) -> str:
    konato = "konato" if shutil.which("konato") else sys.argv[0]  # run from an environment that is not activated
    events = query.run(folder, bundle["queries"][-1], {}).rows
    lines = (
        f"\n{len(done)} cycles over {len(bundle['paper'])} feeds: {_counts(cycle.outcomes for cycle in done)}",
        f"{sum(cycle.items for cycle in done)} items, {sum(cycle.relevant for cycle in done)} relevant",
        f"{len(events)} events",
        f"{sum(cycle.alerts for cycle in done)} alerts: {_counts(cycle.deliveries for cycle in done)}",
        "\nAsk the archive:",
        *(f"  {shlex.join([konato, 'query', '--home', str(folder), question])}" for question in bundle["queries"]),
    )
    return "\n".join(lines) + "\n"


def _counts(counts: Iterable[Iterable[tuple[str, int]]]) -> str:
    total = sum((Counter(dict(each)) for each in counts), Counter[str]())
    return ", ".join(f"{count} {kind}" for kind, count in total.most_common())

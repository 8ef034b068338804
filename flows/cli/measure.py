"""Commands that measure: evaluate a labelled file, replay stored items through changed rules."""

from datetime import datetime
from functools import partial
from pathlib import Path

from flows.cli.look import print_json
from flows.cli.options import used
from flows.cli.run import progress
from flows.configure.packaged import changed_lexicon, read_lexicon
from flows.configure.settings import read_settings
from flows.measure import evaluate as measuring
from flows.measure.replay import compare, replay_home


def evaluate(*, file: Path, config: Path, as_json: bool, errors: bool, runner: str) -> None:
    """Print the figures with their intervals, then what changed since the committed baseline, case by case."""
    found = measuring.evaluate(file, read_lexicon(config / "lexicon"), runner=runner)
    wrong = found.errors() if errors else []
    if as_json:
        print_json({**found.figures(), "errors": wrong} if errors else found.figures())
        return
    for name, block in found.blocks().items():
        ends = {key: _short(block[f"{key}_ci"] or "") for key in block if "_ci" not in key}
        shown = [f"{key} {_short(block[key])}{interval}" for key, interval in ends.items()]
        print(f"{name:<9}{'  '.join(shown)}")
    before = measuring.committed(file)
    for case, was, now in found.changed(before) if before is not None else ():
        print(f"changed  {case}: {was or 'right'} → {now or 'right'}")
    for error in wrong:
        print("\n" + "\n".join(f"{key}: {value}" for key, value in error.items()))


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f" [{' '.join(map(_short, value))}]"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def replay(*, config: Path, home: Path, lexicon: Path | None, since: datetime | None, diff: bool, runner: str) -> None:
    """Print what the rules would tell of the stored items, or what they gain and lose against the live ones."""
    settings, home = read_settings(config), used(home)
    rules = changed_lexicon(lexicon) if lexicon else settings.lexicon
    with progress() as tell:
        again = partial(replay_home, home, settings, since=since, runner=runner, tell=tell)
        changed = again(lexicon=rules)
        live = again(lexicon=settings.lexicon) if diff else changed
    shown = [(" ", told) for told in changed.told]
    if diff:
        gained, lost = compare(live, changed)
        shown = [*(("+", told) for told in gained), *(("-", told) for told in lost)]
    for sign, told in shown:
        held = " (baseline)" if told.change.baseline else ""
        print(f"{sign} {told.alert_id} {told.change.key}{held}: {told.change.by.title}")
        print(f"    item {told.change.by.item_id} {told.change.by.url}")
        print(f"    evidence: {', '.join(measuring.terms(told.change.by.mention.evidence))}")
    if diff:
        print(f"{len(gained)} gained, {len(lost)} lost against the live rules")
    print(f"{changed.items} items, {changed.relevant} relevant, {len(changed.told)} alerts, digest {changed.digest}")

"""Commands that measure: evaluate a labelled file, replay stored items through changed rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import AsJson, Config, Home, Since, midnight, used

if TYPE_CHECKING:  # start-up time of the other commands
    from flows.measure.replay import Told


def evaluate(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Labelled cases, one a line.")],
    config: Config,
    as_json: AsJson = False,
    errors: Annotated[bool, typer.Option("--errors", help="Explain each wrong case.")] = False,
) -> None:
    """Measure detection on labelled cases."""
    from flows.configure.packaged import read_lexicon
    from flows.measure.evaluate import committed
    from flows.measure.evaluate import evaluate as measure

    found = measure(file, read_lexicon(config / "lexicon"))
    figures = found.figures()
    if as_json:
        wrong = {"errors": found.errors()} if errors else {}
        print(json.dumps({**figures, **wrong}, ensure_ascii=False, indent=2))
        return
    for name in ("relevant", "alert", "events"):
        block = figures[name]
        assert isinstance(block, dict)  # noqa: S101  the contract's shape, for the type checker
        shown = [
            f"{key} {_short(value)}{_between(block[f'{key}_ci'])}" for key, value in block.items() if "_ci" not in key
        ]
        print(f"{name:<9}{'  '.join(shown)}")
    before = committed(file)
    for case, was, now in found.changed(before) if before is not None else ():
        print(f"changed  {case}: {was or 'right'} → {now or 'right'}")
    for wrong_case in found.errors() if errors else ():
        print("\n" + "\n".join(f"{key}: {value}" for key, value in wrong_case.items()))


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _between(interval: object) -> str:
    return f" [{_short(interval[0])} {_short(interval[1])}]" if isinstance(interval, tuple) else ""


def replay(
    *,
    config: Config,
    home: Home,
    lexicon: Annotated[Path | None, typer.Option("--lexicon", help="Changed rules; default: the live ones.")] = None,
    since: Since = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what is gained and lost against the live rules.")] = False,
) -> None:
    """Run stored items through the rules again; report what they would alert, send nothing."""
    from flows.configure.packaged import changed_lexicon
    from flows.configure.settings import read_settings
    from flows.measure.replay import compare, replay_home

    settings, home = read_settings(config), used(home)
    changed = replay_home(
        home, settings, lexicon=changed_lexicon(lexicon) if lexicon else settings.lexicon, since=midnight(since)
    )
    if not diff:
        for told in changed.told:
            print(_line(" ", told))
    else:
        difference = compare(replay_home(home, settings, lexicon=settings.lexicon, since=midnight(since)), changed)
        for sign, found in (("+", difference.gained), ("-", difference.lost)):
            for told in found:
                print(_line(sign, told))
        print(f"{len(difference.gained)} gained, {len(difference.lost)} lost against the live rules")
    print(f"{changed.items} items, {changed.relevant} relevant, {len(changed.told)} alerts, digest {changed.digest}")


def _line(sign: str, told: Told) -> str:
    from flows.measure.evaluate import terms

    held = " (baseline)" if told.change.baseline else ""
    return (
        f"{sign} {told.alert_id} {told.change.key}{held}: {told.by.title}\n"
        f"    item {told.by.item_id} {told.by.url}\n    evidence: {', '.join(terms(told.by.mention.evidence))}"
    )

"""The watch as a Prefect flow: one task a stage, the same functions as `konato run`, the same lock.

Functions only, no types: Prefect loads this file as a second copy. What stages hand to one another stays in this
process; nothing of it, and no secret, becomes a parameter, a result or an artifact. Retries are 0: feeds, deliveries
and the database's lock each have their own (see docs/decisions.md).
"""

import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.configure.settings import read_settings
from flows.cycle.learn import Summary
from flows.cycle.state import SlotCovered, came
from flows.service.logs import end_quietly
from flows.service.watched import watch as run_watched
from warehouse.published.tell import health

T = TypeVar("T")


def folders(config: str, home: str) -> tuple[Path, Path]:
    """Return the configuration and the home: as given, else from the environment, else as the command line has it."""
    at = os.environ
    return Path(config or at.get("KONATO_CONFIG", "config")), Path(home or at.get("KONATO_HOME", "var"))


def slot() -> datetime:
    """Return the time that this run was scheduled for."""
    scheduled = flow_run.scheduled_start_time
    return scheduled.astimezone(UTC) if scheduled else datetime.now(UTC)


def run_name() -> str:
    """Name a run by its slot."""
    return f"slot {slot():%FT%TZ}"


@task(task_run_name="{stage}", retries=0, persist_result=False, cache_policy=NO_CACHE)
def stage(stage: str, work: Callable[[], T]) -> T:
    """Run one stage as a task, its counts in the task's log; what it returns stays in this process."""
    result = work()
    get_run_logger().info("%s: %s", stage, counts(result))
    return result


def counts(result: object) -> str:
    """Put a stage's result in figures."""
    if isinstance(result, dict):
        return ", ".join(f"{count} {state}" for state, count in result.items()) or "nothing was due"
    found = {name: getattr(result, name, None) for name in ("polls", "rows", "items", "relevant", "events", "alerts")}
    sizes = {name: len(value) if isinstance(value, tuple) else value for name, value in found.items()}
    return ", ".join(f"{size} {name}" for name, size in sizes.items() if size is not None) or "done"


@flow(name="watch", flow_run_name=run_name, retries=0, persist_result=False)
def watch(config: str = "", home: str = "") -> State:
    """Run one cycle for this run's slot; a covered slot completes at once and says by whom."""
    end_quietly()
    config_folder, home_folder = folders(config, home)
    who = f"prefect, {run_name()}"
    early = (slot() - datetime.now(UTC)).total_seconds()  # by half a second at most: Prefect's server rounds the wait
    time.sleep(min(max(early, 0.0), 1.0))  # a cycle that begins before its slot does not cover it
    came(home_folder, slot())
    try:
        done = run_watched(config_folder, home=home_folder, now=datetime.now(UTC), who=who, slot=slot(), step=stage)
    except SlotCovered as covered:
        return Completed(name="Covered", message=str(covered))
    try:  # the cycle is done: what Prefect's own database makes of it harms nothing
        show(done, home_folder)
    except Exception:
        logging.getLogger("konato.watch").warning("the artifacts could not be stored", exc_info=True)
    return Completed(message=str(done))


def show(done: Summary, home: Path) -> None:
    """Store the cycle and the feeds' health as artifacts."""
    failed = "".join(f"| {one.feed.name} | {one.kind.value} | {one.reason} |\n" for one in done.failed)
    table = f"\n\n| feed | outcome | reason |\n|---|---|---|\n{failed}" if failed else ""
    create_markdown_artifact(key="konato-cycle", markdown=f"{done}{table}", description=run_name())
    columns = ("feed", "outlet", "health", "since", "outcome", "reason")
    rows = [{column: str(feed.get(column) or "") for column in columns} for feed in health(home).feeds]
    create_table_artifact(key="konato-feeds", table=rows, description="The feeds' health")


@flow(name="poll-shard", flow_run_name="shard {shard}", retries=0, persist_result=False)
def poll_shard(shard: int = 0, config: str = "") -> State:
    """Poll what is ready of a shard, for learners elsewhere; it needs no home (docs/scale.md)."""
    from flows.cycle import shards  # the extra `cluster`

    settings = read_settings(folders(config, "")[0])
    done = stage("poll", lambda: shards.poll_shard(settings, shard, now=datetime.now(UTC)))
    return Completed(name="Busy" if done.busy else None, message=str(done))


@flow(name="learn", flow_run_name=run_name, retries=0, persist_result=False)
def learn(config: str = "", home: str = "") -> State:
    """Run one cycle that learns from pollers' batches; on a home that polls by itself it is refused."""
    from flows.cycle import shards

    shards.address(read_settings(folders(config, home)[0]))
    return watch.fn(config, home)


@flow(name="replay", retries=0, persist_result=False)
def replay(lexicon: str = "", since: str = "", config: str = "", home: str = "", runner: str = "threads") -> State:
    """Run stored items through the rules again (`lexicon`: a changed folder; `since`: a day); send nothing."""
    from flows.configure.packaged import changed_lexicon
    from flows.measure.replay import replay_home

    config_folder, home_folder = folders(config, home)
    settings = read_settings(config_folder)
    start = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else None
    rules = changed_lexicon(Path(lexicon)) if lexicon else settings.lexicon
    found = replay_home(home_folder, settings, lexicon=rules, since=start, runner=runner)
    lines = "\n".join(f"- {told.change.key}: {told.change.by.title}" for told in found.told)
    create_markdown_artifact(key="konato-replay", markdown=lines or "no alerts", description=f"digest {found.digest}")
    return Completed(message=f"{found.items} items, {len(found.told)} alerts, digest {found.digest}")

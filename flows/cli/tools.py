"""`konato mcp`: a Model Context Protocol server on standard input and output; read-only tools over the published files.

Every answer carries the addresses that it rests on, and says in words what is not known.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.cli.look import plain
from flows.cli.options import Refused, used
from flows.service.health import standing
from warehouse.published import query, tell

if TYPE_CHECKING:
    from mcp.server import MCPServer

ABOUT: Final = """\
What feeds reported of South Korea–NATO defence-industry cooperation: acts (events) on tracks, each with its reports.
Absence is no proof: only what the configured feeds carried is here, and `not_known` says what an answer lacks."""
LIMITS: Final = "Only what the configured feeds carried is here, and only since they are watched."
EVENT: Final = ("events", "sources", "evidence", "mentions", "alerts")
SHOWN: Final = 100  # rows of an answer


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over one home; each gives `rows`, `sources`, `spans` (evidence in titles), `not_known` and `as_of`."""

    home: Path

    def chain(self, track: str = "consultation_body") -> dict[str, object]:
        """List a track's acts in order of date, from the first proposal: consultation_body, nato_projects, … ."""
        return self._asked("chain", f"No act on the track {track!r} is published.", track=track)

    def event(self, event_id: str) -> dict[str, object]:
        """Tell one act by its id, or that of a URL: its record, every report, and the evidence with its spans."""
        found = tell.explain(self.home, event_id)
        if not found:
            return self._answer((), [], [f"Nothing here has {event_id!r}: no act, report or alert.", LIMITS], "")
        facts = {name: found[name] for name in EVENT}
        lacks = [] if found["events"] else ["It joined no act: the mentions' reasons say why."]
        return self._answer([facts], [row["url"] for row in (*found["sources"], *found["items"])], lacks, "")

    def search(self, text: str) -> dict[str, object]:
        """Find stored reports that hold all of these words in title or summary; `spans` are places in the title."""
        found = self._asked("search", f"No stored report holds all of {text!r}.", text=text)
        words = [word.lower() for word in text.split()]
        for row in found["rows"] if isinstance(found["rows"], list) else ():
            title = row["title"].lower()
            row["spans"] = [[title.find(word), title.find(word) + len(word)] for word in words if word in title]
        return found

    def coverage(self) -> dict[str, object]:
        """List the outlets that reported acts: how many, in which languages, in words of their own."""
        return self._asked("coverage", "No outlet has reported an act yet.")

    def data_gaps(self) -> dict[str, object]:
        """Say what is not known: feeds that fail or are silent, open troubles, planned acts without a report."""
        late, failing = self._asked("overdue", ""), self._asked("failing", "")
        rows = [{"overdue": late["rows"], "failing_feeds": failing["rows"]}]
        return {**late, "rows": rows, "not_known": [*standing(self.home).problems, LIMITS]}

    def _asked(self, name: str, nothing: str, **params: str) -> dict[str, object]:
        try:
            found = query.run(self.home, name, params)
        except query.QueryError as error:
            return self._answer((), [], [str(error)], "")
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows[:SHOWN]]
        lacks = [nothing, LIMITS] if not rows and nothing else []
        lacks += [f"{len(found.rows) - SHOWN} more rows are not shown."] if len(found.rows) > SHOWN else []
        urls = [row.get("url") or row.get("last_url") for row in rows]
        return self._answer(rows, urls, lacks, str(found.published_at))

    def _answer(self, rows: Iterable[object], urls: Iterable[object], lacks: list[str], at: str) -> dict[str, object]:
        sources = list(dict.fromkeys(str(url) for url in urls if url))
        proof = tell.spans(self.home, sources) if sources else ()
        told = {"rows": list(rows), "sources": sources, "spans": proof, "not_known": lacks, "as_of": at}
        ready: dict[str, object] = json.loads(json.dumps(told, default=plain))
        return ready


def mcp(*, home: Path) -> None:
    """Serve until the client hangs up."""
    try:
        server(home).run()
    except ModuleNotFoundError:
        raise Refused("the extra is not installed: pip install 'konato[mcp]'") from None


def server(home: Path) -> "MCPServer":
    """Return what answers. Raises ModuleNotFoundError: the extra is not installed."""
    from mcp.server import MCPServer

    tools, made = Tools(used(home)), MCPServer("konato", instructions=ABOUT)
    for tool in (tools.chain, tools.event, tools.search, tools.coverage, tools.data_gaps):
        made.tool()(tool)
    return made

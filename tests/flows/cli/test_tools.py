from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from tests.konato import Konato
from tests.stage import FOUNDING_EN, FOUNDING_KO, Stage

URLS = {FOUNDING_EN[0], FOUNDING_KO[0]}


async def asked(home: Path, *questions: tuple[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Ask a server of its own by the SDK's client, over pipes as every client does."""
    from mcp.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    server = StdioServerParameters(command=sys.executable, args=["-m", "flows.cli.main", "mcp", "--home", str(home)])
    async with Client(stdio_client(server)) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} >= {name for name, _ in questions}
        answers = [await client.call_tool(name, arguments) for name, arguments in questions]
    return [json.loads(getattr(answer.content[0], "text", "")) for answer in answers]


def test_every_answer_names_its_sources_or_what_is_not_known(konato: Konato, stage: Stage) -> None:
    event = konato.one("SELECT event_id FROM alerts")
    chain, told, found, covered, gaps, unknown, nobody = asyncio.run(
        asked(
            stage.home,
            ("chain", {"track": "consultation_body"}),
            ("event", {"event_id": event}),
            ("search", {"text": "NATO consultative"}),
            ("coverage", {}),
            ("data_gaps", {}),
            ("event", {"event_id": "nosuch"}),
            ("chain", {"track": "weather"}),
        )
    )
    for answer in (chain, told, found, covered):
        assert (URLS & set(answer["sources"]), answer["not_known"]) != (set(), [])
    [facts] = told["rows"]
    spans = {
        (row["term"], row["start_offset"], row["end_offset"]) for row in facts["evidence"] if row["field"] == "title"
    }
    assert ("NATO", 7, 11) in spans
    assert found["rows"][0]["spans"][0] == [7, 11]
    assert "Only what the configured feeds carried" in gaps["not_known"][-1]
    assert [(one["rows"], bool(one["not_known"])) for one in (unknown, nobody)] == [([], True)] * 2

"""`konato mcp` over the demo, asked by the SDK's own client: here in this process, in CI over pipes, as every one asks."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from flows.cli.tools import server
from tests.conftest import Demo
from warehouse.connection import published


async def asked(home: Path, *questions: tuple[str, dict[str, str]]) -> list[dict[str, Any]]:
    from mcp.client import Client  # a second that the other workers need not spend
    from mcp.client.stdio import StdioServerParameters, stdio_client

    piped = StdioServerParameters(command=sys.executable, args=["-m", "flows.cli.main", "mcp", "--home", str(home)])
    async with Client(stdio_client(piped) if "AS_IN_LIFE" in os.environ else server(home)) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {name for name, _ in QUESTIONS}
        answers = [await client.call_tool(name, arguments) for name, arguments in questions]
    return [json.loads(getattr(answer.content[0], "text", "")) for answer in answers]


AGREED = "SELECT event_id FROM events WHERE track = 'consultation_body' AND stage = 'agreed'"
QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("chain", {"track": "consultation_body"}),  # how far has the consultation body come?
    ("event", {"event_id": ""}),  # who says that it was agreed on, and in which words?
    ("search", {"text": "codification panel"}),  # what was reported of the codification panel?
    ("coverage", {}),  # which outlets report?
    ("data_gaps", {}),  # what may be missing?
)


def test_five_questions_are_answered_with_their_sources_and_what_is_unknown_is_said(demo: Demo) -> None:
    with published(demo.home) as con:
        [(agreed,)] = con.execute(AGREED).fetchall()
        urls = {url for (url,) in con.execute("SELECT url FROM items").fetchall()}
    QUESTIONS[1][1]["event_id"] = agreed
    unknown = ("chain", {"track": "weather"}), ("event", {"event_id": "nosuch"}), ("search", {"text": "submarine deal"})
    chain, event, found, covered, gaps, *nothing = asyncio.run(asked(demo.home, *QUESTIONS, *unknown))
    for answer in (chain, event, found, covered):
        assert answer["rows"]
        assert set(answer["sources"]) <= urls
        assert {row["url"] for row in answer["spans"]} == set(answer["sources"])
        assert [one for row in answer["spans"] for one in row["spans"] if row["title"][one["start"] : one["end"]].lower() != one["term"].lower()] == []  # fmt: skip
    assert [row["stage"] for row in chain["rows"]][-2:] == ["agreed", "scheduled"]
    assert len(event["sources"]) >= len(event["rows"][0]["events"][0]["outlets"])
    assert all("codification panel" in row["title"].lower() for row in found["rows"])
    assert "Only what the configured feeds carried" in gaps["not_known"][-1]
    told = [(answer["rows"], answer["sources"], answer["not_known"] != []) for answer in nothing]
    assert told == [([], [], True)] * 3

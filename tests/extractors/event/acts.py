"""Reports of acts in a line each, and what is made of them cycle by cycle."""

import itertools
from datetime import UTC, datetime
from typing import Any

from extractors.calendar import Dated
from extractors.learned import ChangeKind, EventChange
from extractors.story import Act, DatePrecision, Domain, Event, Evidence, Report, Stage, Track
from flows.measure.replay import Ledger
from tests import builders

BODY, PROJECTS, IP4, OTHER = Track.CONSULTATION_BODY, Track.NATO_PROJECTS, Track.IP4_PROJECTS, Track.COOPERATION
WI, RUTTE, LEE = "person:wi_sung_lac", "person:mark_rutte", "person:lee_jae_myung"
MEETING = Evidence(field="title", start=0, end=3, term="met", concept="meeting", language="en")
COUNT = itertools.count(1)

PEOPLE = {"wi": WI, "rutte": RUTTE, "lee": LEE}
TRACKS = {"body": BODY, "nato": PROJECTS, "ip4": IP4, "coop": OTHER}
ACTS = {"session": Act.SESSION, "document": Act.DOCUMENT, "membership": Act.MEMBERSHIP, "remark": Act.OTHER}
PAPERS = {Stage.PROPOSED, Stage.AGREED, Stage.SIGNED}
STAGES = {str(stage): stage for stage in Stage}


def day(text: str) -> datetime:
    """Read a day, of 2025 where it names no year: three o'clock UTC of it."""
    year, month, number = map(int, text.split("-") if text.count("-") > 1 else ["2025", *text.split("-")])
    return datetime(year, month, number, 3, tzinfo=UTC)


def on(text: str, precision: DatePrecision = DatePrecision.DAY) -> Dated:
    return day(text).date(), precision


def told(said: str | datetime, when: str | Dated | None = None, stage: Stage = Stage.AGREED, **facts: Any) -> Report:
    """Build a report, said on a day, of the body's founding on another; facts of report and mention may differ."""
    said = day(said) if isinstance(said, str) else said
    event_date, precision = (on(when) if isinstance(when, str) else when) or (None, None)
    item_id = facts.pop("item_id", f"{next(COUNT):016x}")
    own = ("outlet", "language", "title", "baseline", "summary")
    mine = {"title": f"Title {item_id}"} | {name: facts.pop(name) for name in own if name in facts}
    facts = {"track": BODY, "tracks": (facts.get("track", BODY),), "projects": ("body",), "stage": stage, **facts}
    mention = builders.mention(item_id=item_id, event_date=event_date, date_precision=precision, **facts)
    return builders.report(item_id=item_id, mention=mention, published_at=said, first_seen_at=said, **mine)


def session(said: str | datetime, when: str | Dated | None, stage: Stage, **facts: Any) -> Report:
    return told(said, when, stage, **{"act": Act.SESSION, **facts})


def said(text: str) -> Report:
    """Read a report in short, "9-24 postponed 10-21 #1": the day it was said, its stage, and what it names besides.

        The act's day · ~precision · #ordinal · @place · +actor · =project · %domain · 'Name' · !item_id · the kind of act ·
    X"""
    first, *words = text.split()
    when, precision, stage, facts = "", "day", Stage.AGREED, dict[str, Any]()
    named = {mark: list[str]() for mark in "+=%"}
    tracks: list[Track] = []
    for word in words:
        mark, rest = word[0], word[1:]
        match mark:
            case "~":
                precision = rest
            case "#":
                facts["ordinal"] = int(rest)
            case "@":
                facts["place"] = rest
            case "!":
                facts["item_id"] = rest.zfill(16)
            case "+" | "=" | "%":
                named[mark].append(PEOPLE.get(rest, rest))
            case "'":
                name = word.replace("_", " ")
                facts["sentence"] = f"Seoul joined {name[1:-1]} or {name}"
            case _ if word == "met":
                facts["evidence"] = (MEETING,)
            case _ if mark.isdigit():
                when = word
            case _ if word in STAGES:
                stage = STAGES[word]
            case _ if word in TRACKS:
                tracks.append(TRACKS[word])
            case _ if word in ACTS:
                facts["act"] = ACTS[word]
            case _:
                facts |= {"alertable": False} if word == "quiet" else {word: True}
    tracks = tracks or [BODY]
    act = Act.DOCUMENT if stage in PAPERS else Act.MEMBERSHIP if stage == Stage.JOINED else Act.SESSION
    facts = {"act": act, "track": tracks[0], "tracks": tuple(tracks), **facts}
    projects = tuple(named["="]) or (("body",) if tracks[0] == BODY else ())
    facts |= {"actors": tuple(named["+"]), "projects": projects, "domains": tuple(map(Domain, named["%"]))}
    return told(first, on(when, DatePrecision(precision)) if when else None, stage, **facts)


def cycles(text: str) -> list[list[Report]]:
    """Read cycles, parted by "|", of reports, parted by "&"."""
    return [[said(one) for one in cycle.split("&")] for cycle in text.split("|")]


def run(*cycles: list[Report], history: tuple[Event, ...] = ()) -> tuple[Ledger, list[EventChange]]:
    """Let the cycles come in; return what is known at the end and all that was learned."""
    ledger, changes = Ledger(), list[EventChange]()
    now = datetime.min.replace(tzinfo=UTC)
    for reports in cycles:
        now = max(now, *(report.when for report in reports))
        changes += ledger.learn(reports, now=now, history=history).changes
    return ledger, changes


def keys(changes: list[EventChange]) -> list[str]:
    """Put what is told in short: the stage reached, or what else changed."""
    news = [change for change in changes if change.news]
    short = [f"{one.kind}:{one.event.stage}" if "→" in one.detail else one.detail for one in news]
    return ["new" if one.kind == ChangeKind.NEW else said for one, said in zip(news, short, strict=True)]


def clusters(ledger: Ledger) -> set[frozenset[str]]:
    homes = {ledger.home(item_id) for item_id in ledger.membership}
    return {frozenset(one for one in ledger.membership if ledger.home(one) == home) for home in homes}


def holds(story: str, news: str, acts: int, history: tuple[Event, ...] = ()) -> list[EventChange]:
    """Hold that of these cycles this is told (parted by ";"), and in how many acts they are parted."""
    ledger, changes = run(*cycles(story), history=history)
    assert keys(changes) == [one.strip() for one in news.split(";") if one]
    assert len(clusters(ledger)) == acts
    return changes


def past(**changes: Any) -> Event:
    when = datetime(2025, 6, 25, tzinfo=UTC)
    none = {"reports": 0, "origins": 0, "outlets": (), "languages": (), "history": True}
    first = {"event_id": "h00000000000001", "title": "Agreed", "first_reported_at": when, "last_reported_at": when}
    return builders.event(**{**none, **first, **changes})

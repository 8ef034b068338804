"""Entries as their sources wrote them → items: clean text, UTC dates, and one identity an article."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from extractors.model import Entry, Feed, Item
from extractors.read import keys, urls
from extractors.read import stamps as dates
from extractors.read.texts import chosen, clean_title
from extractors.words.identify import language_of

MAX_TITLE = 1_000  # characters; the longest headline seen in a feed has a third of that

_Guid = tuple[int, int, int]
_AGGREGATOR = re.compile(r"https?://news\.google\.[a-z.]+/", re.IGNORECASE)
_WRITTEN_DATE = re.compile(r"(?:\D*\d){6}")


def items(
    entries: Sequence[Entry], feed: Feed, *, now: datetime, first_run: bool, guids: Sequence[_Guid] = ()
) -> tuple[Item, ...]:
    """Return one item an article, in the feed's order; of several entries of an article the fullest counts.

    `guids` are those of the feed's last poll: where they stay and links do not, they tell which article an entry is.
    `origin` and `revision` are left to whoever knows the past.
    """
    clues = [_clue(entry, feed, now) for entry in entries]
    by_link = [_hash(f"{clue.publisher}\n{name}") for clue, name in zip(clues, keys.identities(clues), strict=True)]
    found: dict[int, Item] = {}
    for clue, (key, guid) in zip(clues, _by_guid(clues, by_link, guids), strict=True):
        item = _item(key, guid, clue, feed, now=now, first_run=first_run)
        if key not in found or fullness(item) > fullness(found[key]):
            found[key] = item
    return tuple(found.values())


def _by_guid(
    clues: Sequence[keys.Clue], by_link: Sequence[int], before: Sequence[_Guid]
) -> Iterator[tuple[int, _Guid | None]]:
    """Yield each entry's key and guid; RSS 2.0: the guid identifies the item.

    Believed once an entry of equal guid, title and date has another link than at the last poll: other guids
    are new at each poll, or count places in a list. Where both are new for all, title and date tell.
    """
    known = {guid: (key, sign) for guid, key, sign in before}
    by_sign = {sign: key for _, key, sign in before}
    names = [clue.entry.guid or clue.entry.link for clue in clues]
    often = Counter(names)
    signs = [
        (_hash(name), _hash(f"{clue.title}\n{clue.stamp}"))
        if (name != clue.entry.link or "?" in urls.canonical(name)) and often[name] == 1 and not clue.opaque
        else None
        for clue, name in zip(clues, names, strict=True)
    ]
    told = [(sign, sign and known.get(sign[0]), key) for sign, key in zip(signs, by_link, strict=True)]
    volatile = any(sign and old and old[1] == sign[1] and old[0] != key for sign, old, key in told)
    stay = any(old for _, old, _ in told) or not {key for _, key, _ in before}.isdisjoint(by_link)
    again = Counter(sign[1] for sign, _, _ in told if sign and sign[1] in by_sign) if not stay else Counter[int]()
    for (sign, old, link), clue in zip(told, clues, strict=True):
        key = old[0] if old and volatile else link
        if sign and clue.stamp and again[sign[1]] == 1 and len(again) > 1:
            key = by_sign[sign[1]]
        yield key, (sign[0], key, sign[1]) if sign else None


def fullness(item: Item) -> int:
    """Measure how much an item says: the fullest text of an article is the one that is judged."""
    return len(item.title) + len(item.summary) + len(item.text)


def _clue(entry: Entry, feed: Feed, now: datetime) -> keys.Clue:
    """Return what tells an entry from others; an aggregator's link does not, its source and day do."""
    title = clean_title(entry.title[: 2 * MAX_TITLE])[:MAX_TITLE]
    summary, text = chosen(title, entry.summary, entry.content)
    stamp = entry.published_raw if _WRITTEN_DATE.match(entry.published_raw) else ""
    outlet = publisher = feed.outlet
    if opaque := bool(_AGGREGATOR.match(entry.link)):
        if _AGGREGATOR.match(feed.url):  # any other feed that names an outlet may name whom it likes
            outlet = clean_title(entry.source_title[:MAX_TITLE]) or outlet
            publisher = urls.canonical(entry.source_url) or outlet
        title, summary, text = title.removesuffix(f" - {outlet}") or title, "", ""  # its description repeats headlines
        published, _ = dates.read(entry.published_raw, zone=feed.timezone, now=now)
        stamp = str(published.date()) if published else ""
    return keys.Clue(
        entry=entry,
        title=title,
        summary=summary,
        text=text,
        stamp=stamp,
        outlet=outlet,
        publisher=publisher,
        opaque=opaque,
    )


def _item(key: int, guid: _Guid | None, clue: keys.Clue, feed: Feed, *, now: datetime, first_run: bool) -> Item:
    entry = clue.entry
    published, flag = dates.read(entry.published_raw, zone=feed.timezone, now=now)
    if published is None and entry.updated_raw:
        published, flag = dates.read(entry.updated_raw, zone=feed.timezone, now=now)
    text = unicodedata.normalize("NFKC", f"{clue.title}\n{clue.summary}\n{clue.text}").casefold()
    return Item(
        key=key,
        content=_hash(" ".join(text.split())),
        outlet=clue.outlet,
        feed=feed.name,
        language=language_of(f"{clue.title}. {clue.summary}", feed.language),
        url=urls.unwrapped(entry.link),
        title=clue.title,
        summary=clue.summary,
        text=clue.text,
        published_at=published and published.astimezone(UTC),
        utc_offset=int(offset.total_seconds()) // 60 if published and (offset := published.utcoffset()) else 0,
        published_raw=entry.published_raw[:MAX_TITLE],
        date_flag="" if flag == "missing" else flag,
        first_seen_at=now,
        guid=guid,
        baseline=first_run and (published is None or published < now - feed.age_gate),
    )


def _hash(text: str) -> int:
    """Return 64 bits of BLAKE2b, signed, as DuckDB's BIGINT holds them."""
    return int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest(), "big", signed=True)

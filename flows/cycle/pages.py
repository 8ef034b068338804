"""Article pages of the items that need them: part of the reading stage."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from extractors.fetch.door import fetch_all
from extractors.model import Item, Request
from extractors.story import Rejection
from flows.cycle.budget import ITEM, OverBudget, budget
from flows.cycle.home import Cycle

LOG: Final = logging.getLogger("konato.read")
PAGES: Final = 20  # article pages that one cycle asks for: politeness, and a bound on its length
PAGE_SECONDS: Final = 60.0  # for all of them together


def with_pages(cycle: Cycle, new: tuple[Item, ...]) -> tuple[Item, ...]:
    """Add the article's text to undecided items of feeds that allow it; one polite try, never a condition."""
    by_name = {feed.name: feed for feed in cycle.settings.feeds if feed.articles}
    candidates = (item for item in new if item.feed in by_name and item.url)
    wanted = list(islice(filter(partial(_undecided, cycle), candidates), PAGES))
    if not wanted:
        return new
    from extractors.read.article import extract

    pages = fetch_all(
        [Request(feed=by_name[item.feed], page=item.url, now=cycle.now) for item in wanted],
        limits=cycle.settings.limits,
        user_agent=cycle.settings.user_agent,
        deadline=min(PAGE_SECONDS, cycle.seconds_to_gather),
    )
    texts = {
        item.key: extract(page.body, page.content_type, item.url)[0]
        for item, page in zip(wanted, pages, strict=True)
        if page.kind is None
    }
    return tuple(replace(item, text=max(item.text, texts.get(item.key, ""), key=len)) for item in new)


def _undecided(cycle: Cycle, item: Item) -> bool:
    from extractors.mention.describe import describe

    cycle.at("read", item.feed)
    try:
        with budget(ITEM):
            says = describe(item, cycle.settings.lexicon, horizon=cycle.settings.horizon)
    except OverBudget:
        return False  # learn meets it again
    except Exception as error:  # noqa: BLE001  learn meets it again, and states the reason
        LOG.warning("the detector failed on item %s of %s: %r", item.item_id, item.feed, error)
        return False
    return isinstance(says, Rejection) and says.undecided

from extractors.model import OutcomeKind
from extractors.polling.poll import Poll
from tests.builders import NOW, item
from tests.extractors.polling.polls import BEFORE, FEED, HOUR, fetched


def test_a_poll_knows_its_items_keys_their_span() -> None:
    items = (item(key=2, published_at=None), item(key=3, published_at=NOW), item(key=4, published_at=NOW - HOUR))
    poll = Poll(
        feed=FEED, before=BEFORE, fetched=fetched(), kind=OutcomeKind.NEW, reason="why",
        items=items, unseen=items[:1], now=NOW, jitter=0.0,
    )  # fmt: skip
    assert (poll.keys, poll.span) == ((2, 3, 4), (NOW - HOUR, NOW))

from datetime import timedelta
from typing import Any

import pytest

from extractors.story import Rejection
from tests import builders as b
from tests.builders import NOW
from tests.warehouse import homes
from warehouse.connection import Connection
from warehouse.live import items
from warehouse.live.bulk import id_of

HOUR = timedelta(hours=1)


def put(con: Connection, key: int, content: int, revision: int = 0, feed: str = "a", **changes: object) -> None:
    item = b.item(key=key, content=content, revision=revision, feed=feed, **changes)
    items.insert(con, [(item, Rejection(item_id=item.item_id, reason="x"))], now=NOW)


@pytest.mark.parametrize("later", [1, items.RECENT + 10])
def test_known_joins_all_texts_of_an_item_whenever_they_came(con: Connection, later: int) -> None:
    put(con, 1, 10)
    put(con, 2, 20, origin=id_of(1))
    homes.commit(con, later)
    put(con, 1, 11, 1, first_seen_at=NOW)
    put(con, 3, 10)
    found = items.known(con, [1, 2, 3, 4])
    assert set(found) == {1, 2, 3}
    told: dict[str, Any] = {"revision": 1, "first_seen_at": NOW, "origin": id_of(1)}
    assert found[1] == items.Seen(feed="a", contents=frozenset({10, 11}), **told)
    assert found[2].origin == id_of(1)
    assert items.origins(con, [10, 20, 99]) == {10: id_of(1), 20: id_of(2)}
    assert items.known(con, []) == {}
    assert items.origins(con, []) == {}


def test_hostile_text_is_stored(con: Connection) -> None:
    put(con, 1, 1, title="한국\ud800 \0 ' \" ; DROP TABLE items", url="https://x/\udfff")
    [item] = items.stored(con, since=NOW)
    assert item.title == "한국? \0 ' \" ; DROP TABLE items"


def test_stored_items_come_as_they_were_decided(con: Connection) -> None:
    told = b.item(key=5, content=5, origin=id_of(5))
    items.insert(con, [(told, b.mention(item_id=told.item_id))], now=NOW)
    homes.commit(con)
    put(con, 6, 6, first_seen_at=NOW + HOUR)
    put(con, 5, 7, 1, origin=id_of(5), first_seen_at=NOW - HOUR)
    assert [(item.key, item.revision) for item in items.stored(con, since=NOW)] == [(5, 0), (5, 1), (6, 0)]
    assert [item.key for item in items.stored(con, since=NOW + HOUR)] == [6]
    assert next(items.stored(con, since=NOW)) == told
    own = "SELECT revision, origin, seen_at, first_seen_at FROM items_other ORDER BY seq, key, revision"
    assert con.execute(own).fetchall() == [(1, id_of(5), NOW, NOW - HOUR), (0, id_of(6), NOW + HOUR, NOW + HOUR)]

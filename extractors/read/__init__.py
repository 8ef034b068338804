"""A body becomes items.

Doors: `workers` (bodies to entries), `feed` (what an entry is), `items` (entries to items), `article` (a page), `urls`.
"""

"""A body becomes items.

Doors: `workers` (bodies to entries), `feed` (one body), `items`, `kinds`, `article` (a page), `urls`.
"""

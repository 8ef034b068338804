"""A body becomes items.

Doors: `workers` (many bodies), `feed` (one), `items`, `revisions`, `kinds.registry`, `article` (a page), `urls`.
"""

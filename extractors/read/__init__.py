"""A body becomes items. Doors: `workers` (bodies to entries), `items`, `article` (a page), `urls`."""

"""A body becomes items. Doors: `feed`, `items`, `revisions`, `kinds.registry`, `article` (a page), `urls`, `decode`."""

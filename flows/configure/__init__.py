"""The configuration and the environment become one `Settings`.

Doors: `settings`, `tables` (where a channel's URL stands), `packaged`, `values`, `opml`.
"""

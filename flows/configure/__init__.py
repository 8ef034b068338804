"""The configuration and the environment become one `Settings`.

Doors: `settings`, `channels` (where a channel's URL stands), `feeds`, `history`, `packaged`, `values`.
"""

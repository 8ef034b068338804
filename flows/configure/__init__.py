"""The configuration and the environment become one `Settings`. Doors: `settings`, `values`, `history`."""

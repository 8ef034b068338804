"""The unattended service, and what tells of it.

Doors: `serve`, `attended` (a watched cycle), `health`, `selftest`, `logs`.
"""

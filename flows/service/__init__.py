"""The unattended service, and what tells of it.

Doors: `serve`, `watched` (a cycle with all that makes its failure heard), `health`, `operators`, `selftest`, `logs`.
"""

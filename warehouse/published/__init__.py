"""What analysts and commands read, the copy and the archive, made from what is live.

Doors: `publish`, `archive`, `retention` write; `tell`, `query`, `briefing` answer.
"""

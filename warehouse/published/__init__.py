"""What analysts and commands read: the copy and the archive.

Doors: `publish`, `archive` write; `tell`, `query` answer.
"""

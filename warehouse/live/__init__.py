"""The live file's tables and their schema.

Doors, one a group of tables: `feeds`, `items`, `events`, `outbox`, `cycles`; `migrate`, `bulk`.
"""

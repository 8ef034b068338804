"""The live file's tables, their schema and how long they stay.

Doors, one a group of tables: `feeds`, `items`, `events`, `outbox`, `cycles`; `migrate`, `retention`, `codec`, `bulk`.
"""

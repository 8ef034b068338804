"""The live file's tables, their schema and how long they stay. Doors: one module a group of tables."""

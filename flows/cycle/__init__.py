"""One cycle: five stages under the home's lock.

Doors: `cycle`, `home` (its lock), `slots` (who covers one), `context`; `learn` and `deliver` for who runs one stage.
"""

"""One cycle: five stages under the home's lock.

Doors: `cycle`, `home` (lock, recover, migrate), `slots` (who covers one), `state` (the one state file); `learn` and
`deliver` for who runs one stage, `brief` for the site.
"""

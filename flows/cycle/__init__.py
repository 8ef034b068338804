"""One cycle: five stages under the home's lock.

Doors: `cycle`, `home` (lock, recover, migrate), `state` (the one state file; who covers a slot); `learn` and
`deliver` for who runs one stage, `brief` for the site, `shards` for polling on several machines.
"""

"""Same act or a new one, and what was learned of it. Doors: `resolve`; `ladder`, which stages follow one another."""

"""Same act or a new one, and what was learned of it. Door: `resolve`."""

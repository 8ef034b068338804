"""How well detection does, and what other rules would have told. Doors: `evaluate`, `replay`."""

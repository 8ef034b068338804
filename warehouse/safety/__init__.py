"""Nothing is lost. Doors: `recover`, `rebuild`, `backup`, `raw` (bodies)."""

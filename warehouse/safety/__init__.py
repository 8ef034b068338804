"""Nothing is lost. Doors: `recover`, `backup`, `raw` (bodies)."""

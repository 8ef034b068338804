"""Nothing is lost. Doors: `recover`, `rebuild`, `backup`, `mark`, `raw` (bodies), `files` (whole or not there)."""

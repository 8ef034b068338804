"""Nothing is lost: the mark, backups, recovery, raw bodies, whole files. Doors: `recover`, `backup`, `raw`, `files`."""

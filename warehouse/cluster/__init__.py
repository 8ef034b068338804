"""What pollers on several machines and learners share, in PostgreSQL (extra `cluster`). Doors: `store`, `standing`."""

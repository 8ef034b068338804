"""Who is told, when, in which message. Doors: `rules`, `bundle`, `retry`, `quiet`."""

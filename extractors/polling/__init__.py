"""When a feed is asked and how it is doing. Doors: `schedule`, and `health` for the words about it."""

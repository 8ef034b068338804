"""When a feed is asked and how it is doing. Doors: `schedule`, and `poll`, which it judges."""

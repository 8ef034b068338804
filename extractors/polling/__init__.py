"""When a feed is asked and how it is doing. Doors: `schedule`, `health` (reminders), and `poll`, which they judge."""

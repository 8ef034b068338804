"""All that knows a language; its data stands in config/lexicon. Doors: `lexicon`, `sentences`."""

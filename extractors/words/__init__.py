"""All that knows a language; its data stands in config/lexicon.

Doors: `lexicon`, `concepts` (the names that code asks for), `identify` (a text's language), `sentences`, `text`.
"""

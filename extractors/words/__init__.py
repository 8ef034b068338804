"""All that knows a language; its data stands in config/lexicon.

Doors: `lexicon`, `concepts` (the names that code asks for), `sentences` (an item as the rules read it), `matcher`,
`days`, `identify` (a text's language), `text`.
"""

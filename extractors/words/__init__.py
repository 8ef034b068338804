"""All that knows a language; its data stands in config/lexicon.

Doors: `lexicon`, `sentences` (an item as the rules read it), `matcher`, `days`, `months`, `ordinals`, `text`.
"""

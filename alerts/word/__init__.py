"""An alert's words, for each medium and language. Doors: `render`, `labels`; `escape` makes foreign text inert."""

"""An alert's words, for each medium and language. Door: `render`; `escape` makes foreign text inert."""

"""A text becomes entries, by the kind of its source. `registry` names them: a new one is a file and a line there."""

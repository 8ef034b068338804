"""Sixty headlines that attack whoever shows them, each with words that must stay readable."""

from tests.table import tables

# (what it tries, headline, words that a reader must still see)
HOSTILE: tuple[tuple[str, str, str], ...] = (
    *map(tuple, tables(__file__)["HOSTILE"]),
    ("10,000 characters", "Korea " + "A" * 9_994, "Korea"),
    ("10,000 characters, one word", "Korea" + "가" * 9_995, "Korea"),
    ("10,000 ampersands", "Korea " + "&" * 9_994, "Korea"),
    ("10,000 angle brackets", "Korea " + "<" * 9_994, "Korea"),
    ("stacked marks", "K" + "\u0301" * 500 + "orea NATO", "NATO"),
    ("lone surrogate", "Korea \ud800 NATO", "NATO"),
)

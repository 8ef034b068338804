"""Stores what the other packages make; the only place with SQL."""

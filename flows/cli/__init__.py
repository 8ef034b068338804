"""The command line `konato`: one small module a group of commands."""

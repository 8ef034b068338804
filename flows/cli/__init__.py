"""The command line `konato`: one small module a group of commands. Door: `main`; `keep` for what a flow shares."""

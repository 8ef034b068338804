"""The command line `konato`: a module a group of commands, which commands.toml names. Door: `main`."""

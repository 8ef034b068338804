"""The configuration and the environment become one `Settings`. Door: `settings`."""

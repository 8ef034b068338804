"""The briefing: a static site and feeds for other people's tools, made of published rows. Door: `pages`."""

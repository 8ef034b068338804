"""One cycle: five stages under the home's lock. Door: `cycle`; `home` opens a home, `slots` says who covers a slot."""

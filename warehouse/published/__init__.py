"""What analysts and commands read: the copy and the archive. Doors: `publish` writes, `tell` and `query` answer."""

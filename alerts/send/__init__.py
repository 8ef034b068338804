"""One message to one channel. Doors: `door`; `console`, for what a terminal cannot show."""

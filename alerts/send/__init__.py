"""One message to one channel. Door: `door`."""

"""What one item says: which acts, and whether they deserve an alert. Door: `describe`."""

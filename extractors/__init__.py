"""What was published and what it means: bytes → items → mentions → events. Imports no sibling package."""

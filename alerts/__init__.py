"""What deserves a message, its words, its sending."""

"""Spam is recognised here, and nobody outside is told of a comment."""

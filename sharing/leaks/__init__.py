"""Looks for personal data where none may be. Only counts leave this package, never a value."""

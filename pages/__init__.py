"""What every page for people shares: the style, plain drawings, axes. What a page says belongs to its own package."""

from pathlib import Path

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
"""The style sheet, to be put into each page, so that a page needs no other file."""

"""What a setting's text may be. Each kind parses it, or raises ValueError that says what it should be."""

from collections.abc import Callable
from typing import Any

Parser = Callable[[str], Any]


def whole(least: int) -> Parser:
    """A whole number from `least`."""

    def parse(text: str) -> int:
        if not text.isdigit() or int(text) < least:
            raise ValueError(f"a whole number from {least}")
        return int(text)

    return parse


def number(least: float = 0.0, most: float = float("inf")) -> Parser:
    """A finite number from `least` to `most`."""

    def parse(text: str) -> float:
        limits = f"a number from {least:g}" + (f" to {most:g}" if most < float("inf") else "")
        try:
            found = float(text)
        except ValueError:
            raise ValueError(limits) from None
        if not least <= found <= most or found == float("inf"):
            raise ValueError(limits)
        return found

    return parse


def numbers(least: float, most: float) -> Parser:
    """At least one number, with spaces between."""
    one = number(least, most)

    def parse(text: str) -> tuple[float, ...]:
        if not text.split():
            raise ValueError("a list of numbers with spaces between")
        return tuple(one(part) for part in text.split())

    return parse


def one_of(*words: str) -> Parser:
    """One of some words."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return text

    return parse

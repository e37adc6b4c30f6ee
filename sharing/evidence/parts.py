"""What the pack is made of: headings with sentences and tables, as data that JSON and a page can both tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows under their columns. empty: the sentence that stands where there are none."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str = "None."


@dataclass(frozen=True)
class Heading:
    """One of the Five Safes: its question, sentences and tables. warnings: what somebody has to look at."""

    id: str
    title: str
    question: str
    tables: Sequence[Table]
    said: Sequence[str] = ()
    warnings: Sequence[str] = ()


def listed(items: Sequence[str]) -> str:
    """Names in a row, or a dash."""
    return ", ".join(items) or "–"

"""What a page is put together from: tables, figures, badges. Templates lay them out; nothing is worked out here."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Badge:
    """A verdict that colour underlines and words carry. kind: good, bad or open."""

    text: str
    kind: str


Cell = str | Markup | Badge


@dataclass(frozen=True)
class Grid:
    """A table: the first column names its row, columns before `words` are text, the others figures."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: int = 1
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """Drawings under one title, with what they mean and the table of their numbers."""

    title: str
    drawings: Sequence[tuple[str, Markup]]  # a name above each drawing, or an empty one
    grid: Grid
    note: str = ""


@dataclass(frozen=True)
class Card:
    """A headline figure."""

    name: str
    figure: str


@dataclass(frozen=True)
class Page:
    """One page of the site. template: its layout. key: which entry of the contents is marked, if not its own."""

    name: str
    title: str
    template: str
    content: dict[str, object] = field(default_factory=dict)
    key: str = ""


def link(href: str, text: str) -> Markup:
    """A link; `text` is escaped."""
    return Markup('<a href="{}">{}</a>').format(href, text)


def told(interval_low: float, interval_high: float) -> Badge:
    """What an interval says of a gain."""
    if interval_low > 0:
        return Badge("holds up", "good")
    return Badge("costs more than it brings", "bad") if interval_high < 0 else Badge("may be chance", "open")

"""Axes for larger drawings as SVG text: scales, round ticks, grid lines, labels. They do not know what they show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10


@dataclass(frozen=True)
class Plot:
    """A drawing's size in its own units, with room for labels, and the range of values that it shows upwards."""

    low: float
    high: float
    width: float = 480
    height: float = 300
    left: float = 64
    right: float = 16
    top: float = 14
    bottom: float = 34

    def y(self, value: float) -> float:
        """Where a value lies, from the top."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.top + (self.height - self.top - self.bottom) * (1 - min(max(share, 0.0), 1.0)), 1)

    def x(self, share: float) -> float:
        """Where a share from 0 to 1 of the width lies."""
        return round(self.left + (self.width - self.left - self.right) * share, 1)

    def draw(self, label: str, inside: str, *, text_size: float = 12) -> str:
        """The whole drawing. label: what a person who cannot see it is told."""
        return (
            f'<svg viewBox="0 0 {self.width:g} {self.height:g}" role="img" aria-label="{escape(label)}" '
            f'font-size="{text_size:g}">{inside}</svg>'
        )

    def grid(self, figure: Callable[[float], str], *, ticks: int = 4) -> str:
        """Lines across at round values with their figures; the line at nought is darker."""
        return "".join(
            f'<line x1="{self.left:g}" x2="{self.width - self.right:g}" y1="{self.y(value)}" y2="{self.y(value)}" '
            f'stroke="var(--{"quiet" if value == 0 else "line"})" stroke-width="{1 if value == 0 else 0.6}"/>'
            + text(self.left - 6, self.y(value) + 4, figure(value), anchor="end")
            for value in round_ticks(self.low, self.high, ticks)
        )

    def names(self, labels: Sequence[str], at: Sequence[float]) -> str:
        """Labels below, at shares of the width."""
        return "".join(
            text(self.x(share), self.height - self.bottom + 18, label) for label, share in zip(labels, at, strict=True)
        )


def plot_of(values: Sequence[float], **size: float) -> Plot:
    """A plot that shows all values and nought, with a little room."""
    low, high = min([*values, 0.0]), max([*values, 0.0])
    if low == high:
        high = 1.0
    room = (high - low) * 0.06
    return Plot(low - room if low < 0 else 0.0, high + room if high > 0 else 0.0, **size)


def round_ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """About `wanted` round values from `low` to `high`, nought among them where it lies between."""
    step = _round_step((high - low) / max(wanted, 1))
    return [round(number * step, 10) for number in range(ceil(low / step), floor(high / step) + 1)]


def text(x: float, y: float, content: str, *, anchor: str = "middle", more: str = "") -> str:
    """A piece of text; `y` is its foot."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{more}>{escape(content)}</text>'


def path(points: Sequence[tuple[float, float]], colour: str, *, dashes: str = "", width: float = 2) -> str:
    """A line through points."""
    return (
        f'<polyline fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-dasharray="{dashes}" '
        f'points="{" ".join(f"{x:g},{y:g}" for x, y in points)}"/>'
    )


def _round_step(step: float) -> float:
    size: float = 10 ** floor(log10(step))
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= step * 0.999)

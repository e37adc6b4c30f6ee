"""The report's drawings: value against detail, the blueprint's steps, net value over the years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pages.plot import Plot, path, plot_of, text
from valuation.report.words import pounds, short_pounds

SHORT = {"known_to": "known", "rag": "RAG", "coded": "coded", "full": "full"}


@dataclass(frozen=True)
class Point:
    """An estimate with its interval. is_vetoed: residents would not accept it."""

    name: str
    value: float
    low: float
    high: float
    is_vetoed: bool = False

    @property
    def holds(self) -> bool:
        """Whether even the low end is above nought."""
        return self.low > 0


def curve(level: str, points: Sequence[Point], *, bounds: tuple[float, float], perfect: float | None) -> str:
    """Gain against detail at one level, with intervals; dashes mark what the perfect record gains.

    bounds: lowest and highest gain of all levels, so that drawings beside each other share a scale.
    """
    plot = plot_of(bounds, width=230, height=210, left=46, right=8, bottom=26)
    at = [(number + 0.5) / len(points) for number in range(len(points))]
    drawn = plot.grid(short_pounds) + plot.names([SHORT.get(point.name, point.name) for point in points], at)
    if perfect is not None:
        y = plot.y(perfect)
        drawn += path([(plot.left, y), (plot.width - plot.right, y)], "var(--green)", dashes="6 4", width=1.5)
    drawn += path(
        [(plot.x(share), plot.y(point.value)) for share, point in zip(at, points, strict=True)],
        "var(--blue)",
        width=1.2,
    )
    drawn += "".join(_whisker(plot, plot.x(share), point) for share, point in zip(at, points, strict=True))
    told = "; ".join(
        f"{SHORT.get(point.name, point.name)} {pounds(point.value)} ({pounds(point.low)} to {pounds(point.high)})"
        for point in points
    )
    return plot.draw(f"{level}: gain a year by detail. {told}.", drawn, text_size=12)


def _whisker(plot: Plot, x: float, point: Point) -> str:
    """A full dot holds up, an open one may be chance, a crossed one is vetoed."""
    colour = "var(--red)" if point.is_vetoed else "var(--blue)"
    y, low, high = plot.y(point.value), plot.y(point.low), plot.y(point.high)
    bar = f'<line x1="{x}" x2="{x}" y1="{low}" y2="{high}" stroke="{colour}" stroke-width="2"/>'
    caps = "".join(
        f'<line x1="{x - 4:g}" x2="{x + 4:g}" y1="{end}" y2="{end}" stroke="{colour}" stroke-width="2"/>'
        for end in (low, high)
    )
    if point.is_vetoed:
        cross = f"M{x - 4:g} {y - 4:g}L{x + 4:g} {y + 4:g}M{x + 4:g} {y - 4:g}L{x - 4:g} {y + 4:g}"
        return f'{bar}{caps}<path d="{cross}" stroke="{colour}" stroke-width="2.5"/>'
    fill = colour if point.holds else "var(--paper)"
    return f'{bar}{caps}<circle cx="{x}" cy="{y}" r="4" fill="{fill}" stroke="{colour}" stroke-width="2"/>'


def steps(value: Sequence[float], cost: Sequence[float]) -> str:
    """Cumulative value and cost after each step, both from nought: where the area is between them, a step has paid."""
    plot = plot_of([*value, *cost], width=440, height=270, left=56, right=50, bottom=40)
    count = len(value)
    values, costs = _stairs(plot, value), _stairs(plot, cost)
    area = " ".join(f"{x:g},{y:g}" for x, y in [*values, *reversed(costs)])
    drawn = f'<polygon points="{area}" fill="rgb(var(--deep))" opacity=".14"/>' + plot.grid(short_pounds)
    drawn += path(values, "var(--blue)", width=2.5) + path(costs, "var(--red)", dashes="7 4", width=2.5)
    drawn += plot.names(
        [str(number + 1) for number in range(count)], [(number + 0.5) / count for number in range(count)]
    )
    drawn += text(plot.x(0.5), plot.height - 4, "step")
    over, under = (values, costs) if value[-1] >= cost[-1] else (costs, values)
    gap = max(under[-1][1] - over[-1][1], 16.0)
    feet = {id(over): over[-1][1] + 4, id(under): over[-1][1] + 4 + gap}
    drawn += text(values[-1][0] + 6, feet[id(values)], "value", anchor="start")
    drawn += text(costs[-1][0] + 6, feet[id(costs)], "cost", anchor="start")
    last = f"After step {count}: value {pounds(value[-1])}, cost {pounds(cost[-1])}."
    return plot.draw(f"Cumulative value and cost by step, both discounted. {last}", drawn, text_size=13)


def _stairs(plot: Plot, amounts: Sequence[float]) -> list[tuple[float, float]]:
    """The line that rises at the beginning of each step and stays until its end."""
    points = [(plot.x(0), plot.y(0))]
    for number, amount in enumerate(amounts):
        points += [
            (plot.x(number / len(amounts)), plot.y(amount)),
            (plot.x((number + 1) / len(amounts)), plot.y(amount)),
        ]
    return points


STROKES = (("var(--blue)", ""), ("var(--red)", "7 4"), ("var(--green)", "2 3"))  # told apart in grey print too


def years(
    series: Mapping[str, Sequence[tuple[int, float]]], what: str, *, marks: Mapping[int, str] | None = None
) -> str:
    """Amounts over years, a line for each name; the name stands at its end. marks: numbers of steps, by the year in
    which they start.
    """
    plot = plot_of(
        [amount for line in series.values() for _, amount in line], width=440, height=250, right=86, left=60, bottom=40
    )
    span = sorted({year for line in series.values() for year, _ in line})
    share = {year: number / max(len(span) - 1, 1) for number, year in enumerate(span)}
    drawn = plot.grid(short_pounds) + plot.names([str(year) for year in span], list(share.values()))
    drawn += text(plot.x(0.5), plot.height - 2, "year")
    for year, mark in (marks or {}).items():
        x = plot.x(share[year])
        drawn += path([(x, plot.top), (x, plot.height - plot.bottom)], "var(--line)", dashes="2 3", width=1.5)
        drawn += text(x + 4, plot.top + 10, f"step {mark}", anchor="start")
    ends, feet = [], _apart([plot.y(line[-1][1]) + 4 for line in series.values()])
    for (name, line), (colour, dashes), foot in zip(series.items(), STROKES, feet, strict=False):
        points = [(plot.x(share[year]), plot.y(amount)) for year, amount in line]
        drawn += path(points, colour, dashes=dashes, width=2.5)
        drawn += text(points[-1][0] + 6, foot, name, anchor="start")
        ends.append(f"{name} {pounds(line[-1][1])}")
    begun = "".join(f" Step {mark} starts in year {year}." for year, mark in (marks or {}).items())
    return plot.draw(f"{what}. At the end: {'; '.join(ends)}.{begun}", drawn, text_size=13)


def _apart(feet: Sequence[float], *, least: float = 15) -> list[float]:
    """Moved down where labels would lie on each other, in the order given."""
    placed: dict[int, float] = {}
    for at in sorted(range(len(feet)), key=lambda number: feet[number]):
        placed[at] = max(feet[at], max(placed.values(), default=-least) + least)
    return [placed[at] for at in range(len(feet))]

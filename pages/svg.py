"""Plain drawings as SVG text: bars, intervals, steps, lines. They know numbers and labels, nothing of linkage."""

from collections.abc import Mapping, Sequence
from html import escape

BLUE, RED, GREY, INK = "var(--blue)", "var(--red)", "var(--line)", "var(--ink)"  # of style.css, light or dark
LINES = ((BLUE, ""), (RED, "6 3"), ("var(--green)", "2 3"))  # colour and dashes, so that grey print tells too
WIDTH, HEIGHT = 360, 210
LEFT, RIGHT, TOP, BOTTOM = 52, 20, 12, 30


def bar(value: float, *, top: float) -> str:
    """A bar from 0 to `value` on a scale from 0 to `top`."""
    return span(0.0, value, low=0.0, top=top)


def span(start: float, end: float, *, low: float, top: float, colour: str = BLUE) -> str:
    """A bar from `start` to `end` on a scale from `low` to `top`, with a line at nought."""
    left, right = sorted((_share(start, low, top), _share(end, low, top)))
    nought = f'<line x1="{_share(0, low, top)}" x2="{_share(0, low, top)}" y1="0" y2="10" stroke="{GREY}"/>'
    width = max(right - left, 0.3)
    return f'{_strip()}{nought}<rect x="{left:.2f}" y="2" width="{width:.2f}" height="6" fill="{colour}"/></svg>'


def interval(value: float, low: float, high: float, *, whole: float, top: float, is_told: bool) -> str:
    """A value with its interval on a scale from 0 to `top`; the upright line is the `whole`."""
    colour = RED if is_told else BLUE
    at, left, right, line = (_share(x, 0, top) for x in (value, low, high, whole))
    return (
        f'{_strip()}<line x1="{line}" x2="{line}" y1="0" y2="10" stroke="{INK}" stroke-width=".5"/>'
        f'<rect x="{left}" y="4" width="{max(right - left, 0.3):.2f}" height="2" fill="{colour}" opacity=".45"/>'
        f'<rect x="{at - 0.5:.2f}" y="1" width="1" height="8" fill="{colour}"/></svg>'
    )


def lines(title: str, series: Mapping[str, Sequence[float]], ticks: Sequence[str], *, is_share: bool = True) -> str:
    """A figure of lines over equally spaced `ticks`; every series has one value per tick."""
    low, high = _scale([value for values in series.values() for value in values], is_share=is_share)

    def x(at: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (at / max(len(ticks) - 1, 1) if len(ticks) > 1 else 0.5), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low)), 1)

    grid = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value)}" y2="{y(value)}" stroke="{GREY}" stroke-width=".5"/>'
        f'<text x="{LEFT - 6}" y="{y(value) + 4}" text-anchor="end">{_figure(value, high - low, is_share)}</text>'
        for value in (low, (low + high) / 2, high)
    )
    every = -(-len(ticks) // 6)
    names = "".join(
        f'<text x="{x(at)}" y="{HEIGHT - 10}" text-anchor="middle">{escape(tick)}</text>'
        for at, tick in enumerate(ticks)
        if at % every == 0
    )
    drawn = "".join(
        f'<polyline fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}" '
        f'points="{" ".join(f"{x(at)},{y(value)}" for at, value in enumerate(values))}"/>'
        + "".join(f'<circle cx="{x(at)}" cy="{y(value)}" r="2.5" fill="{colour}"/>' for at, value in enumerate(values))
        for (colour, dashes), values in zip(LINES, series.values(), strict=False)
    )
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-size="11" fill="{INK}">{grid}{names}{drawn}</svg>{_key(series)}</figure>\n'
    )


def _key(series: Mapping[str, Sequence[float]]) -> str:
    if len(series) < 2:
        return ""
    items = " &nbsp; ".join(
        f'<svg viewBox="0 0 24 8" style="width:1.5rem;height:.5rem" aria-hidden="true">'
        '<line x1="0" x2="24" y1="4" y2="4" '
        f'stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dashes}"/></svg> {escape(name)}'
        for (colour, dashes), name in zip(LINES, series, strict=False)
    )
    return f"<div>{items}</div>"


def _scale(values: Sequence[float], *, is_share: bool) -> tuple[float, float]:
    """A little more than the values' range, and never above 1 for shares."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.1, abs(high) * 0.01, 1e-6)
    return max(low - room, 0.0), min(high + room, 1.0) if is_share else high + room


def _figure(value: float, spread: float, is_share: bool) -> str:
    if is_share:
        return f"{value:.{1 if spread > 0.02 else 2}%}"
    return f"{value:,.0f}" if spread > 3 else f"{value:,.2f}"


def _strip() -> str:
    return '<svg viewBox="0 0 100 10" preserveAspectRatio="none">'


def _share(value: float, low: float, top: float) -> float:
    """Where `value` lies between `low` and `top`, from 0 to 100."""
    return round(min(max((value - low) / (top - low), 0.0), 1.0) * 100, 2) if top > low else 0.0

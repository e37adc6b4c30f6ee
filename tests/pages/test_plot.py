"""Axes show every value at a round scale, with nought among them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pages.plot import plot_of, round_ticks

AMOUNTS = st.lists(st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 2)), min_size=1, max_size=20)


@given(AMOUNTS)
def test_every_value_lies_within_the_plot_and_higher_values_lie_higher(values: list[float]):
    plot = plot_of(values)
    heights = [plot.y(value) for value in sorted(values)]
    assert heights == sorted(heights, reverse=True)
    assert all(plot.top <= height <= plot.height - plot.bottom for height in heights)


@given(AMOUNTS)
def test_ticks_are_few_round_and_include_nought(values: list[float]):
    plot = plot_of(values)
    ticks = round_ticks(plot.low, plot.high)
    assert 0 in ticks
    assert 2 <= len(ticks) <= 7
    steps = {round(after - before, 6) for before, after in pairwise(ticks)}
    assert len({f"{step:.3g}" for step in steps}) == 1


def test_a_plot_of_nothing_but_nought_can_be_drawn():
    assert round_ticks(plot_of([0.0]).low, plot_of([0.0]).high)[0] == 0


def test_a_label_is_escaped():
    assert '<svg viewBox="0 0 480 300" role="img" aria-label="a &lt;b&gt; &quot;c&quot;"' in plot_of([1.0]).draw(
        'a <b> "c"', ""
    )

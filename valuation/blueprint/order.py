"""In which order to do what was chosen, so that value is above cost after every step.

Actions that pay only together are one step. Which actions are chosen is `choose.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from valuation.blueprint.options import Option

Net = Callable[[Sequence[Option]], float]  # present value less cost of a set, in pounds
HALF_PENNY = 0.005


@dataclass(frozen=True)
class Order:
    """steps: one option or more each. is_exact: every order was compared."""

    steps: tuple[tuple[Option, ...], ...]
    is_exact: bool


def in_order(options: Sequence[Option], net: Net, *, exact_steps: int) -> Order:
    """As many steps as can be, each leaving value at or above cost; of equals the order that earns most soonest.

    "Soonest" is the sum over the steps of what the programme is worth after each. All orders are compared up to
    `exact_steps` options; above, the next step is always the single one that leaves most.
    """
    if len(options) <= exact_steps:
        return Order(_best_chain(options, net), is_exact=True)
    return Order(_greedy_chain(options, net), is_exact=False)


def _best_chain(options: Sequence[Option], net: Net) -> tuple[tuple[Option, ...], ...]:
    """Dynamic programme over subsets (bit patterns): the best chain of subsets that each pay, up to the whole."""
    count = len(options)
    # best[s]: steps, area and last subset of the best chain inside s; before[s]: the subset before s in that chain
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)] * (1 << count)
    before = [0] * (1 << count)
    for subset in range(1, 1 << count):
        inside = [best[subset & ~(1 << place)] for place in range(count) if subset >> place & 1]
        longest = max(inside, key=lambda found: (found[0], round(found[1], 2), -found[2]))
        worth = net([options[place] for place in range(count) if subset >> place & 1])
        best[subset] = longest
        if worth >= -HALF_PENNY or subset == (1 << count) - 1:
            before[subset] = longest[2]
            best[subset] = (longest[0] + 1, longest[1] + worth, subset)
    chain, subset = [], (1 << count) - 1
    while subset:
        added = subset & ~before[subset]
        chain.append(tuple(options[place] for place in range(count) if added >> place & 1))
        subset = before[subset]
    return tuple(reversed(chain))


def _greedy_chain(options: Sequence[Option], net: Net) -> tuple[tuple[Option, ...], ...]:
    """The option that leaves most comes next; while value is below cost, the step goes on."""
    left = list(options)
    done: list[Option] = []
    step: list[Option] = []
    steps: list[tuple[Option, ...]] = []
    while left:
        following = max(left, key=lambda option: net([*done, option]))
        left.remove(following)
        done.append(following)
        step.append(following)
        if net(done) >= -HALF_PENNY or not left:
            steps.append(tuple(step))
            step = []
    return tuple(steps)

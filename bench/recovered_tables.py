"""What `bench.recovered_truth` found, and the tables that it prints of it."""

from dataclasses import dataclass

import numpy as np
from rich.table import Table
from scipy.stats import spearmanr

from bench.noise import NOISE


@dataclass(frozen=True)
class Found:
    """One data set of one action and seed, in pounds a year: as valued, its marginal value's low end, and in truth."""

    action: str
    seed: int
    dataset: str
    shapley_gbp: float
    shapley_low_gbp: float
    marginal_low_gbp: float
    true_gbp: float


def tables_of(found: list[Found]) -> list[Table]:
    """By action and data set, in the truth's order; then how alike the orders are."""
    by_dataset = Table(
        "action", "data set", "truth £", "valued £, mean", "lowest", "highest", "P10 of last > 0", title="Shapley"
    )
    alike = Table(
        "action", "order of the means", "order of one seed", "best found", "noise £", "noise P10 > 0", title="Spearman"
    )
    for action in sorted({item.action for item in found}):
        mine = [item for item in found if item.action == action]
        names = sorted({item.dataset for item in mine})
        truth = {name: float(np.mean([i.true_gbp for i in mine if i.dataset == name])) for name in names}
        for name in sorted(names, key=lambda name: -truth[name]):
            by_dataset.add_row(action, name, *_dataset_cells([i for i in mine if i.dataset == name]))
        alike.add_row(action, *_order_cells(mine, truth))
    return [by_dataset, alike]


def _dataset_cells(found: list[Found]) -> list[str]:
    worth = np.array([item.shapley_gbp for item in found])
    pounds = (np.mean([item.true_gbp for item in found]), worth.mean(), worth.min(), worth.max())
    last = [item.marginal_low_gbp > 0 for item in found]
    return [*(f"{value:,.0f}" for value in pounds), f"{sum(last)} of {len(last)}"]


def _order_cells(found: list[Found], truth: dict[str, float]) -> list[str]:
    """How alike the orders of one action's data sets are. truth: pounds by data set."""
    seeds = sorted({item.seed for item in found})
    order = list(truth.values())
    means = [np.mean([i.shapley_gbp for i in found if i.dataset == name]) for name in truth]
    per_seed = [
        _same_order(order, [i.shapley_gbp for n in truth for i in found if i.dataset == n and i.seed == s])
        for s in seeds
    ]
    best = max(truth, key=lambda name: truth[name])
    hits = [max((i for i in found if i.seed == s), key=lambda i: i.shapley_gbp).dataset == best for s in seeds]
    noise = [item for item in found if item.dataset == NOISE]
    return [
        f"{_same_order(order, means):.2f}",
        f"{np.mean(per_seed):.2f}",
        f"{sum(hits)} of {len(seeds)}",
        f"{np.mean([item.shapley_gbp for item in noise]):,.0f}",
        f"{sum(item.marginal_low_gbp > 0 for item in noise)} of {len(noise)}",
    ]


def _same_order(truth: list[float], valued: list[float] | list[np.floating]) -> float:
    return float(spearmanr(truth, valued).statistic)

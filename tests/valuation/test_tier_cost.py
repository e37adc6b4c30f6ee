"""What the tiers bear adds up to the ledger, always, and is the fair share of what they need."""

from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settings import duck
from settings.paths import Home
from valuation.data_worth import shapley
from valuation.ledger import TABLE as LEDGER
from valuation.tier_cost import allocate, write_tier_cost

MICRO = Decimal("0.000001")
PARENTS = {  # two data sets, one of which only the second tier needs
    "raw/a": [],
    "raw/b": [],
    "linked/person": ["raw/a"],
    "linked/home": ["raw/b"],
    "tiers/one": ["linked/person"],
    "tiers/two": ["linked/person", "linked/home"],
    "published/release": ["tiers/one", "tiers/two"],
}
COSTS = {
    name: Decimal(pounds)
    for name, pounds in {
        "raw/a": 100,
        "raw/b": 30,
        "linked/person": 20,
        "linked/home": 4,
        "tiers/one": 1,
        "tiers/two": 2,
        "published/release": 10,
    }.items()
}


def test_shares_worked_by_hand():
    one, two = allocate(COSTS, PARENTS, ["tiers/one", "tiers/two"])
    assert (one.own_gbp, one.stand_alone_gbp, one.marginal_gbp, one.allocated_gbp) == (1, 121, 1, 66)
    assert (two.own_gbp, two.stand_alone_gbp, two.marginal_gbp, two.allocated_gbp) == (2, 156, 36, 101)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[dict[str, Decimal], dict[str, list[str]], list[str]]:
    """Assets that may be made from any before them, the cost of each in millionths, and which of them are tiers."""
    count = draw(st.integers(1, 9))
    names = [f"asset/{number}" for number in range(count)]
    parents = {
        name: draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        for number, name in enumerate(names)
    }
    costs = {name: draw(st.integers(0, 10**9)) * MICRO for name in names}
    return costs, parents, draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True))


@settings(deadline=None)
@given(ledgers())
def test_the_parts_add_up_to_the_ledger_to_the_millionth_of_a_pound(ledger: tuple):
    costs, parents, tiers = ledger
    assert sum(line.allocated_gbp for line in allocate(costs, parents, tiers)) == sum(costs.values())


@settings(deadline=None)
@given(ledgers())
def test_the_share_is_the_shapley_value_of_what_tiers_need(ledger: tuple):
    costs, parents, tiers = ledger
    alone = {tier: _assets(tier, parents) for tier in tiers}
    used = set().union(*alone.values())
    game = {
        frozenset(chosen): float(sum(costs[asset] for asset in set().union(*(alone[tier] for tier in chosen))))
        for size in range(len(tiers) + 1)
        for chosen in combinations(tiers, size)
    }
    overhead = float(sum(cost for asset, cost in costs.items() if asset not in used)) / len(tiers)
    for line in allocate(costs, parents, tiers):
        assert float(line.allocated_gbp) == pytest.approx(shapley(game, tiers, line.tier) + overhead, abs=1e-4)


@settings(deadline=None)
@given(ledgers())
def test_a_tier_bears_what_only_it_needs_and_never_more_than_it_would_alone(ledger: tuple):
    costs, parents, tiers = ledger
    used = set().union(*(_assets(tier, parents) for tier in tiers))
    needed = {asset: cost for asset, cost in costs.items() if asset in used}
    for line in allocate(needed, parents, tiers):
        assert line.marginal_gbp - MICRO * len(costs) <= line.allocated_gbp
        assert line.allocated_gbp <= line.stand_alone_gbp + MICRO * len(costs)


def _assets(tier: str, parents: dict[str, list[str]]) -> set[str]:
    return {tier}.union(*(_assets(parent, parents) for parent in parents[tier]))


def test_costs_without_a_tier_are_not_lost_in_silence():
    with pytest.raises(ValueError, match="no tier"):
        allocate({"raw/a": Decimal(1)}, {}, [])


def test_the_table_adds_up_to_the_ledgers_table(tmp_path: Path):
    home = Home(tmp_path)
    with duck.connect(home.warehouse_db) as connection:
        connection.execute(LEDGER)
        for number, (asset, cost) in enumerate({**COSTS, "staging/gone": Decimal("0.000007")}.items()):
            connection.execute(
                "insert into economics.cost_entry values ('r', '2026-06-01', '2026-06-01', 'Usage', 'd', ?, 'cpu', "
                "'s', 1, 'CPU-second', 1, ?, 'GBP', ?, ?, 'cpu', null)",
                [asset, cost, f"run {number}", asset],
            )
    write_tier_cost(home, PARENTS, ["tiers/one", "tiers/two"])
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        (ledger,) = connection.execute("select sum(BilledCost) from economics.cost_entry").fetchone()
        (shared,) = connection.execute("select sum(allocated_gbp) from economics.tier_cost").fetchone()
    assert shared == ledger

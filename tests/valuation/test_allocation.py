"""What tiers, data sets and cells bear adds up to the ledger, always, and is the fair share of what they need."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.allocation import (
    allocate,
    cell_costs,
    charges,
    dataset_costs,
    joint_cost,
    tier_costs,
)
from valuation.data_worth import shapley
from valuation.remainders import in_units

MICRO, PENNY = Decimal("0.000001"), Decimal("0.01")
PARENTS = {  # data set b is of premises: no person tier has it
    "raw/a": [],
    "raw/b": [],
    "linkage/persons": ["raw/a"],
    "linked/home": ["raw/a", "raw/b"],
    "tiers/person_rag": ["linkage/persons"],
    "tiers/ward_rag": ["linkage/persons", "linked/home"],
    "published/release": ["tiers/person_rag", "tiers/ward_rag"],
}
CELLS = [("a", "person_rag"), ("a", "ward_rag"), ("b", "ward_rag")]
LINES = [
    (name, dataset, Decimal(pounds))
    for name, dataset, pounds in [
        ("raw/a", None, 100),
        ("raw/b", None, 30),
        ("linkage/persons", None, 20),
        ("linked/home", None, 4),
        ("tiers/person_rag", None, 1),
        ("tiers/ward_rag", None, 2),
        ("tiers/ward_rag", "b", 6),  # governance of b at that tier
        ("published/release", None, 9),
    ]
]


def pounds(cost):
    return [
        float(amount)
        for amount in (
            cost.own_gbp,
            cost.cumulative_gbp,
            cost.stand_alone_gbp,
            cost.marginal_gbp,
            cost.allocated_gbp,
        )
    ]


def test_shares_worked_by_hand():
    wanted = charges(LINES, PARENTS, CELLS)
    shares = allocate(wanted, CELLS, {})
    # a at person_rag: half of raw/a and of linkage, its own tier, a third of the release
    assert shares == {CELLS[0]: 50 + 10 + 1 + 3, CELLS[1]: 50 + 10 + 2 + 1 + 3, CELLS[2]: 30 + 2 + 1 + 6 + 3}
    assert pounds(tier_costs(wanted, shares)["person_rag"]) == [1, 121, 130, 1, 64]
    assert pounds(tier_costs(wanted, shares)["ward_rag"]) == [8, 162, 171, 42, 108]
    assert pounds(dataset_costs(wanted, shares)["b"]) == [30, 42, 51, 36, 42]
    assert pounds(cell_costs(wanted, shares)["a", "ward_rag"]) == [0, 126, 135, 0, 66]
    assert joint_cost(CELLS, wanted) == 172


def test_what_is_shared_is_borne_by_those_that_are_read_in_proportion_to_their_readers():
    shares = allocate(charges(LINES, PARENTS, CELLS), CELLS, {CELLS[1]: 3, CELLS[2]: 1})
    assert shares[CELLS[0]] == 1  # nobody reads it: only what nothing else needs
    assert shares[CELLS[1]] == 100 + 20 + Decimal("3") + Decimal("1.5") + Decimal("6.75")
    assert shares[CELLS[2]] == 30 + 1 + Decimal("0.5") + 6 + Decimal("2.25")


def test_what_is_gone_is_borne_by_all():
    lines = [("raw/gone", None, Decimal(3)), ("tiers/ward_rag", "gone", Decimal(6))]
    assert allocate(charges(lines, PARENTS, CELLS), CELLS, {}) == dict.fromkeys(CELLS, Decimal(3))


def test_costs_without_a_tier_are_not_lost_in_silence():
    with pytest.raises(ValueError, match="no tier"):
        allocate(charges([("raw/a", None, Decimal(1))], {}, []), [], {})


@st.composite
def regions(draw: st.DrawFn):
    """Some data sets, layers above them, tiers on top; lines in millionths, some of one data set; readers."""
    datasets = [f"d{number}" for number in range(draw(st.integers(1, 3)))]
    parents: dict[str, list[str]] = {f"raw/{name}": [] for name in datasets}
    for number in range(draw(st.integers(0, 4))):
        parents[f"linked/{number}"] = draw(st.lists(st.sampled_from(sorted(parents)), unique=True))
    below = sorted(parents)
    tiers = [f"t{number}" for number in range(draw(st.integers(1, 3)))]
    for tier in tiers:
        parents[f"tiers/{tier}"] = draw(st.lists(st.sampled_from(below), unique=True))
    cells = [(dataset, tier) for dataset in datasets for tier in tiers]
    keys = [*sorted(parents), "economics/x", "raw/gone"]
    lines = [(key, None, draw(st.integers(0, 10**9)) * MICRO) for key in keys]
    lines += [(f"tiers/{t}", d, draw(st.integers(0, 10**9)) * MICRO) for d, t in cells if draw(st.booleans())]
    readers = {cell: draw(st.integers(0, 4)) for cell in cells}
    return lines, parents, cells, readers


@settings(deadline=None, max_examples=60)
@given(regions())
def test_tiers_data_sets_and_cells_each_add_up_to_the_ledger(region):
    lines, parents, cells, readers = region
    ledger = sum((gbp for _, _, gbp in lines), Decimal(0))
    wanted = charges(lines, parents, cells)
    shares = allocate(wanted, cells, readers)
    for table in (tier_costs(wanted, shares), dataset_costs(wanted, shares), cell_costs(wanted, shares)):
        borne = [cost.allocated_gbp for cost in table.values()]
        assert sum(borne) == ledger
        assert sum(in_units(borne, PENNY)) == ledger.quantize(PENNY)
        for cost in table.values():
            assert cost.marginal_gbp <= cost.allocated_gbp <= cost.stand_alone_gbp
            assert cost.own_gbp <= cost.stand_alone_gbp and cost.cumulative_gbp <= cost.stand_alone_gbp


@settings(deadline=None, max_examples=40)
@given(regions())
def test_where_all_are_read_alike_the_share_is_the_shapley_value(region):
    lines, parents, cells, _ = region
    players = [f"{dataset}|{tier}" for dataset, tier in cells][:4]
    few = [tuple(player.split("|")) for player in players]
    wanted = charges(lines, parents, few)
    game = {
        frozenset(chosen): float(joint_cost([tuple(player.split("|")) for player in chosen], wanted)) if chosen else 0.0
        for size in range(len(players) + 1)
        for chosen in combinations(players, size)
    }
    for player, share in allocate(wanted, few, {}).items():
        assert float(share) == pytest.approx(shapley(game, players, "|".join(player)), abs=1e-4)


@settings(deadline=None)
@given(st.lists(st.decimals(min_value=0, max_value=10**6, places=6), max_size=30))
def test_pennies_add_up_to_the_rounded_total_and_none_is_a_penny_off(amounts):
    pennies = in_units(amounts, PENNY)
    assert sum(pennies) == int((sum(amounts, Decimal(0)) / PENNY).to_integral_value()) * PENNY
    assert all(abs(penny - amount) < 2 * PENNY for penny, amount in zip(pennies, amounts, strict=True))

"""An asset's cost with everything upstream counts each asset once."""

from decimal import Decimal

from valuation.asset_cost import cumulative_costs, upstream

PARENTS = {
    "staging/stg_a": ["raw/a"],
    "linked/person": ["staging/stg_a"],
    "linked/measure": ["staging/stg_a", "linked/person"],
    "tiers/one": ["linked/measure", "linked/person"],
}
OWN = {"raw/a": Decimal("100"), "staging/stg_a": Decimal("10"), "linked/person": Decimal("1"), "tiers/one": Decimal(5)}


def test_what_two_ways_lead_to_is_counted_once():
    costs = cumulative_costs(OWN, PARENTS)
    assert costs["tiers/one"] == Decimal("116")
    assert costs["linked/measure"] == Decimal("111")  # has no cost of its own
    assert costs["raw/a"] == Decimal("100")


def test_upstream_holds_the_asset_itself():
    assert upstream("linked/person", PARENTS) == {"linked/person", "staging/stg_a", "raw/a"}

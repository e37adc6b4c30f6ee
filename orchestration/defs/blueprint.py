"""The blueprint's assets of layer `economics`: which data to share with whom, at which tier, in which order."""

from collections.abc import Iterator

import dagster as dg

from orchestration import digests
from orchestration.night import Night
from settings import fingerprints

BLUEPRINT_TABLES = {
    "blueprint": "The steps in order, each worth more than it costs with those before it; then what was refused and "
    "why. Grain: one action of a step, or one refused choice.",
    "blueprint_year": "Value and cost of each step by year of the horizon. Grain: one step and year.",
    "blueprint_party": "What each body pays for sharing and gains by it. Grain: one action taken and body.",
    "blueprint_party_year": "What each body pays and gains by year, all steps together. Grain: one body and year.",
    "blueprint_summary": "The plan in one row: cost, value, peak outlay, pay-back, and how sure the choice is.",
    "mvld": "The cheapest cells that keep a share of the perfect record's value. Grain: one share wanted.",
    "business_case": "Blueprint and perfect warehouse, for one authority and all. Grain: one option, scope and year.",
}


@dg.multi_asset(
    name="blueprint",
    specs=[
        dg.AssetSpec(
            ["economics", name],
            deps=[dg.AssetKey(["economics", "action_value"]), dg.AssetKey(["economics", "cost_entry"])],
            group_name="economics",
            kinds={"duckdb", "scipy"},
            owners=["team:analysts"],
            description=description,
        )
        for name, description in BLUEPRINT_TABLES.items()
    ],
)
def blueprint(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Draw the plan anew, unless neither values nor costs nor agreements changed."""
    from valuation.blueprint.draw import draw_blueprint, read_brief

    with night.step(context) as step:
        brief = read_brief(night.region, night.contracts, as_of=night.date)
        rows, is_old = fingerprints.made_once(
            night.home,
            "economics-blueprint",
            digests.of_blueprint(night.home, night.region, brief),
            produced=night.home.warehouse_db,
            make=lambda: draw_blueprint(night.home, brief),
        )
        made = {dg.AssetKey(["economics", name]): (rows[name], 0) for name in BLUEPRINT_TABLES}
        yield from step.results(made, seconds={}, skipped=is_old)

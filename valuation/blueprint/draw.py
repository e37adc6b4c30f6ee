"""Draws the blueprint from what the night found and writes its tables. Dagster's asset and the command stand on it.

Each part is a module of its own: options, standing, prices, plan, refusals, counterfactual.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Any

from ingestion.contract import Contract
from settings import duck
from settings.paths import Home, Region
from sharing.access import Access, read_access
from valuation.action_reader import read_actions
from valuation.actions import Action
from valuation.blueprint.case_rows import Scale, case_rows, summary_row
from valuation.blueprint.cash_flow import Horizon, horizon
from valuation.blueprint.counterfactual import cases
from valuation.blueprint.options import Cell, Option, read_options, read_perfect_gain
from valuation.blueprint.party_rows import party_rows, party_year_rows
from valuation.blueprint.plan import keep_shares, make_plan
from valuation.blueprint.plan_rows import blueprint_rows, mvld_rows, year_rows
from valuation.blueprint.plan_settings import PlanSettings, ProgrammeCosts, read_plan_settings, read_programme_costs
from valuation.blueprint.prices import price_list
from valuation.blueprint.refusals import refusals
from valuation.blueprint.rows import TABLES
from valuation.blueprint.standing import standing_of
from valuation.discount import read_discounting
from valuation.rates import Rate, read_rates
from valuation.running import days_a_year, read_running
from valuation.table_writer import write_tables

NIGHTS_A_YEAR = 365
DEAREST_NIGHT = """
select coalesce(max(billed), 0)
from (
    select sum(BilledCost) as billed from economics.cost_entry where ChargeCategory = 'Usage' group by run_id
)"""
Rows = dict[str, list[Any]]  # by table


@dataclass(frozen=True)
class Brief:
    """Everything from the region's files that the blueprint depends on, as it stands on a date."""

    as_of: str
    settings: PlanSettings
    costs: ProgrammeCosts
    rates: Mapping[str, Rate]
    running_days: Mapping[str, float]  # person-days a year by data set, and of the platform ('')
    horizon: Horizon
    actions: Mapping[str, Action]
    access: Access
    contracts: Mapping[str, Contract]


def read_brief(
    region: Region, contracts: Mapping[str, Contract], *, as_of: str, starts_from: str | None = None
) -> Brief | None:
    """None where the region wants no blueprint. starts_from: instead of the setting. Raises RegionError."""
    settings = read_plan_settings(region, as_of=as_of)
    if settings is None:
        return None
    if starts_from is not None:
        settings = replace(settings, starts_from=starts_from)
    running = read_running(region.costs, datasets=contracts)
    on = date.fromisoformat(as_of)
    return Brief(
        as_of=as_of,
        settings=settings,
        costs=read_programme_costs(region, as_of=as_of),
        rates=read_rates(region.costs, as_of=as_of),
        running_days={name: float(days_a_year(running, name, on)) for name in ("", *sorted(contracts))},
        horizon=horizon(
            settings.horizon_years,
            discounting=read_discounting(region.policies, as_of=as_of),
            offset_years=settings.benefit_offset_years,
            ramp=settings.benefit_ramp,
        ),
        actions=read_actions(region, contracts),
        access=read_access(region, contracts, as_of=as_of),
        contracts=contracts,
    )


def draw_blueprint(home: Home, brief: Brief | None) -> dict[str, int]:
    """Replace the blueprint's tables; rows of each. All are empty if no blueprint is wanted or nothing was valued."""
    rows = blueprint_tables(home, brief)
    write_tables(home, {name: (kind, rows[name]) for name, kind in TABLES.items()})
    return {name: len(rows[name]) for name in TABLES}


def blueprint_tables(home: Home, brief: Brief | None) -> Rows:
    """The rows of each table, drawn and not written."""
    nothing: Rows = {name: [] for name in TABLES}
    if brief is None or not home.warehouse_db.exists():
        return nothing
    with duck.connect(home.warehouse_db, read_only=True) as warehouse:
        if not duck.has_table(warehouse, "economics", "action_value"):
            return nothing
        people = int(warehouse.execute("select count(*) from linked.person").fetchall()[0][0])
        scale = Scale(people, brief.settings.authority_people or people)
        night = (
            warehouse.execute(DEAREST_NIGHT).fetchall()[0][0]
            if duck.has_table(warehouse, "economics", "cost_entry")
            else 0
        )
        options = read_options(warehouse, brief.actions, scale=scale.factor)
        perfect = read_perfect_gain(warehouse, scale=scale.factor)
    if not options:
        return nothing
    return _drawn(options, brief, scale, compute_year_gbp=float(ceil(night * NIGHTS_A_YEAR)), perfect=perfect)


def _drawn(
    options: Sequence[Option], brief: Brief, scale: Scale, *, compute_year_gbp: float, perfect: tuple[float, float]
) -> Rows:
    settings = brief.settings
    cells: set[Cell] = {cell for option in options for cell in option.cells}
    standing = standing_of(cells, brief.access, brief.contracts, as_of=brief.as_of)
    options = [option.judged(barred=standing.barred, benefit_share=1 - settings.benefit_optimism) for option in options]
    prices = price_list(
        options,
        brief.contracts,
        standing,
        settings,
        brief.costs,
        running_days=brief.running_days,
        day_gbp=brief.rates["people"].unit_price_gbp,
        compute_year_gbp=compute_year_gbp,
        horizon=brief.horizon,
    )
    plan = make_plan(options, prices, settings)
    refused = refusals(options, plan)
    value, low = (round(amount * (1 - settings.benefit_optimism), 2) for amount in perfect)
    kept = keep_shares(options, prices, settings, perfect_gbp=value)
    laid = cases(plan, brief.costs, perfect_gbp=value, perfect_low_gbp=low)
    summary = summary_row(
        plan,
        laid,
        scale,
        as_of=brief.as_of,
        refused=len(refused),
        compute_year_gbp=compute_year_gbp,
        perfect_gbp=value,
        perfect_low_gbp=low,
    )
    return {
        "blueprint": blueprint_rows(plan, refused, brief.actions, granted=standing.granted),
        "blueprint_year": year_rows(plan),
        "blueprint_party": party_rows(plan, brief.actions),
        "blueprint_party_year": party_year_rows(plan, brief.actions),
        "blueprint_summary": [summary],
        "mvld": mvld_rows(kept, plan, perfect_gbp=value),
        "business_case": case_rows(laid),
    }

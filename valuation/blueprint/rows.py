"""The rows of the blueprint's tables in `economics`: see `TABLES` at the end.

Each dataclass is a table: a field is a column, pounds end in `_gbp`. "low" is the low end of the interval (P10).
Amounts named present or discounted are in pounds of year 1, others as they fall. Nothing is decided here and nothing
written: `plan_rows.py` and `case_rows.py` make the rows.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class BlueprintRow:
    """An action of a step (mostly the step's only one), or a choice that was refused (step_no null) and why.

    value_year_gbp: over own data, a year at full effect; of a refused choice, what it would add to the plan. new_cells:
    what the step adds to those before, `dataset@tier`. present_*: over the horizon. cumulative_*: present, after the
    step. is_permitted: live agreements permit all its cells today.
    """

    step_no: int | None
    action: str
    user_group: str
    tier: str
    data_sets: tuple[str, ...]
    is_taken: bool
    refused_because: str | None
    explanation: str | None
    is_permitted: bool
    new_data_sets: tuple[str, ...]
    new_cells: tuple[str, ...]
    value_year_gbp: float
    value_low_year_gbp: float
    one_off_gbp: float
    running_year_gbp: float
    present_value_low_gbp: float
    present_cost_gbp: float
    cumulative_value_low_gbp: float | None
    cumulative_cost_gbp: float | None
    pays: tuple[str, ...]
    gains: tuple[str, ...]


@dataclass(frozen=True)
class BlueprintYear:
    """A step in one year of the horizon. cumulative_*: over the years of that step."""

    step_no: int
    year: int
    value_gbp: float
    value_low_gbp: float
    cost_gbp: float
    discount_factor: float
    cumulative_net_gbp: float
    cumulative_discounted_net_gbp: float


@dataclass(frozen=True)
class BlueprintParty:
    """What a body pays for sharing and gains by it, present over the horizon: an action's cost and value in equal parts
    among those it names, since no action says in which.
    """

    party: str
    action: str
    present_cost_gbp: float
    present_value_low_gbp: float
    net_gbp: float


@dataclass(frozen=True)
class MvldRow:
    """The cheapest cells that keep a share of what the perfect record adds a year over own data.

    terms: chosen from what can be granted today and is surely worth something, or from whatever citizens accept.
    cells: `dataset@tier@group`. is_reached: false where all there is keeps less; then the cheapest that keeps the most.
    gap_gbp: how much cheaper an unknown set could at most be, 0 where proven.
    """

    terms: str
    retained_share: float
    is_reached: bool
    share_reached: float
    cells: tuple[str, ...]
    actions: tuple[str, ...]
    one_off_gbp: float
    running_year_gbp: float
    cost_gbp: float
    value_gbp: float
    perfect_value_gbp: float
    gap_gbp: float
    solver_status: str


@dataclass(frozen=True)
class BusinessCaseRow:
    """The blueprint or the warehouse of everything, in one year, for one authority or all. cumulative_net_gbp takes the
    low value.
    """

    option: str
    scope: str
    authorities: int
    year: int
    cost_gbp: float
    value_gbp: float
    value_low_gbp: float
    discount_factor: float
    cumulative_cost_gbp: float
    cumulative_discounted_cost_gbp: float
    cumulative_net_gbp: float
    cumulative_discounted_net_gbp: float


@dataclass(frozen=True)
class SummaryRow:
    """The plan in one row. people_scale: people of an authority per person of the region's data, by which values are
    multiplied. pay_back_year: discounted, at the low value; null: never within the horizon. order_gap_steps: how many
    more steps an unknown order could at most have.
    """

    as_of: str
    starts_from: str
    region_people: int
    authority_people: int
    people_scale: float
    horizon_years: int
    steps: int
    refused: int
    one_off_gbp: float
    running_year_gbp: float
    compute_year_gbp: float
    value_year_gbp: float
    value_low_year_gbp: float
    perfect_value_year_gbp: float
    perfect_value_low_year_gbp: float
    present_value_low_gbp: float
    present_cost_gbp: float
    net_present_gbp: float
    peak_outlay_gbp: float
    pay_back_year: int | None
    warehouse_present_cost_gbp: float
    warehouse_net_present_gbp: float
    warehouse_peak_outlay_gbp: float
    warehouse_pay_back_year: int | None
    gap_gbp: float
    solver_status: str
    is_order_exact: bool
    order_gap_steps: int


TABLES: dict[str, type] = {
    "blueprint": BlueprintRow,
    "blueprint_year": BlueprintYear,
    "blueprint_party": BlueprintParty,
    "blueprint_summary": SummaryRow,
    "mvld": MvldRow,
    "business_case": BusinessCaseRow,
}

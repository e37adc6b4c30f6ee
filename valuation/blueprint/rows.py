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
    what the step adds to those before, `dataset@tier`. start_year: from which it costs and works, null if refused.
    set_up_days: planned person-days. present_*: over the horizon from its start; of a refused choice from that of the
    step in whose place it would stand, else from year one. cumulative_*: present, after the step. is_permitted: live
    agreements permit all its cells today.
    """

    step_no: int | None
    start_year: int | None
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
    set_up_days: float
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
    """A step in one year of the horizon; nothing flows before its start. cumulative_*: over the years of that step."""

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
    """What a body pays for sharing for an action and gains by it, over the horizon. pays_share, gains_share: of that
    action's cost and value, as it states them, else in equal parts (is_stated). pays_gbp, gains_gbp: as they fall.
    """

    party: str
    action: str
    pays_share: float
    gains_share: float
    is_stated: bool
    pays_gbp: float
    gains_gbp: float
    present_cost_gbp: float
    present_value_low_gbp: float
    net_gbp: float


@dataclass(frozen=True)
class BlueprintPartyYear:
    """What a body pays and gains in one year, all steps together, as it falls. gains_gbp: at the low value."""

    party: str
    year: int
    pays_gbp: float
    gains_gbp: float
    cumulative_net_gbp: float


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
    multiplied. waiting_gbp: what the steps would bring more, present, if all started in year one. pay_back_year:
    discounted, at the low value; null: never within the horizon. order_gap_steps: how many more steps an unknown order
    could at most have.
    """

    as_of: str
    starts_from: str
    region_people: int
    authority_people: int
    people_scale: float
    horizon_years: int
    set_up_days_year: float
    set_up_days: float
    last_start_year: int | None
    waiting_gbp: float
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
    "blueprint_party_year": BlueprintPartyYear,
    "blueprint_summary": SummaryRow,
    "mvld": MvldRow,
    "business_case": BusinessCaseRow,
}

"""Rows of the tables that tell the plan: steps and refusals, their years, the least data.

Who pays and who gains is `party_rows.py`.
"""

from collections.abc import Iterable, Mapping

from valuation.actions import Action
from valuation.blueprint.cash_flow import cash_flow
from valuation.blueprint.options import PENNIES, Cell, Option
from valuation.blueprint.plan import Kept, Plan
from valuation.blueprint.prices import Price
from valuation.blueprint.refusals import Refusal
from valuation.blueprint.rows import BlueprintRow, BlueprintYear, MvldRow


def blueprint_rows(
    plan: Plan, refused: Iterable[Refusal], actions: Mapping[str, Action], *, granted: frozenset[Cell]
) -> list[BlueprintRow]:
    """Steps in order, then refusals."""
    rows, before = [], frozenset[Cell]()
    cumulative_value = cumulative_cost = 0.0
    for number, step in enumerate(plan.steps, start=1):
        cumulative_value += plan.present_value(step.value_low_gbp, step.start_year)
        cumulative_cost += plan.prices.present(step.price, step.start_year)
        for option, price in zip(step.options, step.added, strict=True):
            rows.append(
                _row(
                    option,
                    actions[option.action],
                    plan,
                    before,
                    granted,
                    price=price,
                    values=(option.value_gbp, option.value_low_gbp),
                    start=(step.start_year, number),
                    cumulative=(cumulative_value, cumulative_cost),
                )
            )
            before |= option.cells
    for refusal in refused:
        rows.append(
            _row(
                refusal.option,
                actions[refusal.option.action],
                plan,
                before,
                granted,
                price=refusal.added,
                values=(refusal.value_gbp, refusal.value_low_gbp),
                start=(refusal.start_year, None),
                because=(refusal.because, refusal.explanation),
            )
        )
    return rows


def _row(
    option: Option,
    action: Action,
    plan: Plan,
    before: frozenset[Cell],
    granted: frozenset[Cell],
    *,
    price: Price,
    values: tuple[float, float],
    start: tuple[int, int | None],
    because: tuple[str, str] | tuple[None, None] = (None, None),
    cumulative: tuple[float, float] | tuple[None, None] = (None, None),
) -> BlueprintRow:
    known = {cell.dataset for cell in before}
    start_year, step_no = start
    return BlueprintRow(
        step_no=step_no,
        start_year=start_year if step_no else None,
        action=option.action,
        user_group=option.user_group,
        tier=option.tier,
        data_sets=option.data_sets,
        is_taken=step_no is not None,
        refused_because=because[0],
        explanation=because[1],
        is_permitted=option.cells <= granted,
        new_data_sets=tuple(name for name in option.data_sets if name not in known),
        new_cells=tuple(cell.short for cell in sorted(option.cells - before)),
        value_year_gbp=_pounds(values[0]),
        value_low_year_gbp=_pounds(values[1]),
        set_up_days=price.days,
        one_off_gbp=price.one_off_gbp,
        running_year_gbp=price.running_year_gbp,
        present_value_low_gbp=_pounds(plan.present_value(values[1], start_year)),
        present_cost_gbp=_pounds(plan.prices.present(price, start_year)),
        cumulative_value_low_gbp=_pounds(cumulative[0]) if cumulative[0] is not None else None,
        cumulative_cost_gbp=_pounds(cumulative[1]) if cumulative[1] is not None else None,
        pays=tuple(action.pays),
        gains=tuple(action.gains),
    )


def year_rows(plan: Plan) -> list[BlueprintYear]:
    """Every step in every year of the horizon."""
    rows = []
    for number, step in enumerate(plan.steps, start=1):
        flow = cash_flow(
            plan.prices.horizon,
            one_off_gbp=step.price.one_off_gbp,
            running_year_gbp=step.price.running_year_gbp,
            value_year_gbp=step.value_low_gbp,
            start_year=step.start_year,
        )
        for year, share in zip(flow, plan.prices.horizon.benefit_shares_from(step.start_year), strict=True):
            rows.append(
                BlueprintYear(
                    step_no=number,
                    year=year.year,
                    value_gbp=_pounds(step.value_gbp * share),
                    value_low_gbp=_pounds(year.value_gbp),
                    cost_gbp=_pounds(year.cost_gbp),
                    discount_factor=year.discount_factor,
                    cumulative_net_gbp=_pounds(year.cumulative_net_gbp),
                    cumulative_discounted_net_gbp=_pounds(year.cumulative_discounted_net_gbp),
                )
            )
    return rows


def mvld_rows(kept: Iterable[Kept], plan: Plan, *, perfect_gbp: float) -> list[MvldRow]:
    """One row per terms and share wanted."""
    return [
        MvldRow(
            terms=item.terms,
            retained_share=item.wanted,
            is_reached=item.is_reached,
            share_reached=item.share,
            cells=tuple(cell.full for cell in sorted({cell for option in item.choice.chosen for cell in option.cells})),
            actions=tuple(option.action for option in item.choice.chosen),
            one_off_gbp=item.price.one_off_gbp,
            running_year_gbp=item.price.running_year_gbp,
            cost_gbp=_pounds(plan.prices.present(item.price)),
            value_gbp=_pounds(item.value_gbp),
            perfect_value_gbp=_pounds(perfect_gbp),
            gap_gbp=item.choice.gap_gbp,
            solver_status=item.choice.status,
        )
        for item in kept
    ]


def _pounds(amount: float) -> float:
    return round(amount, PENNIES)

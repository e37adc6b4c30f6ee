"""The blueprint's page: the steps in order, what they cost and bring, what was refused, the warehouse beside."""

from collections import Counter

from markupsafe import Markup

from valuation.report import charts, words
from valuation.report.access_page import control_grid
from valuation.report.alternatives import case_figures, least_grids
from valuation.report.facts import Facts, Row
from valuation.report.parts import Card, Figure, Grid, Page
from valuation.report.plan import horizon, out_of_pocket, reason_of, summary, taken
from valuation.report.plan_tables import payer_grid, refused_grid, step_grid, year_grid


def page(facts: Facts) -> Page:
    """All of the blueprint that has been worked out."""
    return Page(
        "blueprint.html",
        "The blueprint",
        "blueprint.html",
        {
            "has_blueprint": "blueprint" in facts.tables,
            "said": said(facts),
            "settled": scale(facts) + settled(facts),
            "cards": cards(facts),
            "chart": chart(facts),
            "steps": step_grid(facts),
            "gains": payer_grid(facts),
            "out_of_pocket": out_of_pocket(facts),
            "refused": refused_grid(facts, is_idle=False),
            "controls": control_grid(facts),
            "idle": refused_grid(facts, is_idle=True),
            "years": year_grid(facts),
            "mvld": least_grids(facts),
            "cases": case_figures(facts),
        },
    )


def said(facts: Facts) -> str:
    """Whether it pays, in a sentence or two."""
    steps = taken(facts)
    if "blueprint" not in facts.tables:
        return "The blueprint has not been worked out yet: run the night again."
    if not steps:
        return f"Not supported: {words.lower(why_nothing(facts))}"
    value, cost = steps[-1]["cumulative_value_low_gbp"], steps[-1]["cumulative_cost_gbp"]
    return (
        f"{words.plural(steps[-1]['step_no'], 'step')}: {words.pounds(value)} of value, cautiously counted, for "
        f"{words.pounds(cost)} of cost; {words.pounds(value - cost)} more than it costs over {horizon(facts)}, in "
        "today's pounds."
    )


def why_nothing(facts: Facts) -> str:
    """Why no step is taken, by the reasons for which the best choices were refused."""
    reasons = Counter(reason_of(row) for row in facts.rows("blueprint") if not row["is_taken"])
    told = words.and_list(f"{reason} ({number})" for reason, number in reasons.most_common())
    because = f" The best choices were refused: {told}." if reasons else ""
    return (
        f"No sharing that residents accept and agreements can permit pays for itself here, cautiously counted.{because}"
    )


def scale(facts: Facts) -> list[str]:
    """For whom the plan is reckoned, and from how few people."""
    row = summary(facts)
    if not row:
        return []
    told = (
        f"Reckoned for an authority of {words.count(row['authority_people'])} people over {row['horizon_years']} years"
    )
    if row["people_scale"] == 1:
        return [f"{told}."]
    return [
        f"{told}, from the data of {words.count(row['region_people'])}: values are multiplied by "
        f"{row['people_scale']:,.3g}, as if all of the authority were like them; costs are not."
    ]


def settled(facts: Facts) -> list[str]:
    """How sure it is that no better plan was missed."""
    row = summary(facts)
    if not row:
        return []
    best = "No better choice of steps exists"
    if row["gap_gbp"] >= 1:
        best = f"A better choice of steps could bring at most {words.pounds(row['gap_gbp'])} more"
    order = "no order of them is worth more"
    if not row["is_order_exact"]:
        order = f"another order could have at most {words.plural(row['order_gap_steps'], 'more step', 'more steps')}"
    return [*started(row), f"{best}, by these figures; {order}."]


def started(row: Row) -> list[str]:
    """How fast the steps can be started, and what waiting costs."""
    if not row.get("set_up_days_year") or not row["steps"]:  # tables of an older night do not know
        return []
    days = f"Setting up takes {row['set_up_days']:,.0f} person-days, at {row['set_up_days_year']:,.0f} a year"
    if row["last_start_year"] == 1:
        return [f"{days}: every step starts in year one."]
    return [
        f"{days}: steps start one after another, the last in year {row['last_start_year']}. Could all start in year "
        f"one, they would bring {words.pounds(row['waiting_gbp'])} more."
    ]


def cards(facts: Facts) -> list[Card]:
    """Set-up, running, value, pay-back."""
    steps, row = taken(facts), summary(facts)
    if not steps:
        return []
    found = [
        Card("To set up", words.pounds(sum(step["one_off_gbp"] for step in steps))),
        Card("To run, a year", words.pounds(sum(step["running_year_gbp"] for step in steps))),
        Card("Value a year, cautiously", words.pounds(sum(step["value_low_year_gbp"] for step in steps))),
        Card("Value a year, expected", words.pounds(sum(step["value_year_gbp"] for step in steps))),
    ]
    if "pay_back_year" in row:
        year = row["pay_back_year"]
        found.append(Card("Pays back in", "never" if year is None else f"year {year}"))
    if row.get("peak_outlay_gbp") is not None:
        found.append(Card("Most ever out of pocket", words.pounds(row["peak_outlay_gbp"])))
    return found


def chart(facts: Facts) -> Figure | None:
    """Cumulative value and cost: by step, where there are several, and by year."""
    if not taken(facts):
        return None
    by_step, by_year = _after_steps(facts), _after_years(facts)
    drawings = []
    if len(by_step) > 1 or not by_year:
        value, cost = (list(amounts) for amounts in zip(*by_step.values(), strict=True))
        drawings.append(("By step, all years counted" if by_year else "", Markup(charts.steps(value, cost))))
    if by_year:
        lines = {
            "value": [(year, value) for year, (value, _) in by_year.items()],
            "cost": [(year, cost) for year, (_, cost) in by_year.items()],
        }
        drawn = charts.years(lines, "Cumulative value and cost by year, both discounted", marks=_starts(facts))
        drawings.append(("By year, all steps together" if len(by_step) > 1 else "", Markup(drawn)))
    rows = [
        [after, words.pounds(value), words.pounds(cost), words.pounds(value - cost)]
        for after, (value, cost) in [
            *((f"After step {number}, all years counted", both) for number, both in by_step.items()),
            *((f"After year {year}, all steps together", both) for year, both in by_year.items()),
        ]
    ]
    grid = Grid("Value and cost so far", ["When", "Value, cautiously", "Cost", "Difference"], rows)
    return Figure(
        "Value and cost add up", drawings, grid, "Value is the cautious estimate. All is in today's pounds."
    )  # fmt: skip


def _after_steps(facts: Facts) -> dict[int, tuple[float, float]]:
    """Value and cost by step; a step may hold several actions, which end alike."""
    return {
        step["step_no"]: (float(step["cumulative_value_low_gbp"]), float(step["cumulative_cost_gbp"]))
        for step in taken(facts)
    }


def _after_years(facts: Facts) -> dict[int, tuple[float, float]]:
    """Value and cost by year, in today's pounds."""
    found: dict[int, tuple[float, float]] = {}
    value = cost = 0.0
    for row in sorted(facts.rows("blueprint_year"), key=lambda row: (row["year"], row["step_no"])):
        value += row["value_low_gbp"] * row["discount_factor"]
        cost += row["cost_gbp"] * row["discount_factor"]
        found[row["year"]] = value, cost
    return found


def _starts(facts: Facts) -> dict[int, str]:
    """The years in which steps start, with their numbers: `1, 2`; empty where all start in the first."""
    first: dict[int, int] = {}
    for row in sorted(facts.rows("blueprint_year"), key=lambda row: row["year"]):
        if row["cost_gbp"] > 0:
            first.setdefault(row["step_no"], row["year"])
    if len(set(first.values())) < 2:
        return {}
    years = sorted(set(first.values()))
    return {year: ", ".join(str(step) for step in sorted(first) if first[step] == year) for year in years}

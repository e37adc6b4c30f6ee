"""The blueprint's page: the steps in order, what they cost and bring, what was refused, the warehouse beside."""

from markupsafe import Markup

from valuation.report import charts, words
from valuation.report.alternatives import case_figures, least_grid
from valuation.report.facts import Facts, Row
from valuation.report.parts import Card, Cell, Figure, Grid, Page

IDLE = "adds nothing"  # why a data set is left out of a step that is taken


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
            "gains": _payers(facts),
            "refused": _refused(facts, is_idle=False),
            "idle": _refused(facts, is_idle=True),
            "years": _years(facts),
            "mvld": least_grid(facts),
            "cases": case_figures(facts),
        },
    )


def taken(facts: Facts) -> list[Row]:
    """The steps in their order."""
    return sorted((row for row in facts.rows("blueprint") if row["is_taken"]), key=lambda row: row["step_no"])


def summary(facts: Facts) -> Row:
    """The blueprint in one row; empty where there is none."""
    return next(iter(facts.rows("blueprint_summary")), {})


def said(facts: Facts) -> str:
    """Whether it pays, in a sentence or two."""
    steps = taken(facts)
    if "blueprint" not in facts.tables:
        return "The blueprint has not been worked out yet: run the night again."
    if not steps:
        return (
            "Not supported: no sharing of data pays for itself here. On the cautious estimate, every step would cost "
            "more than it brings."
        )
    value, cost = steps[-1]["cumulative_value_low_gbp"], steps[-1]["cumulative_cost_gbp"]
    return (
        f"{words.plural(steps[-1]['step_no'], 'step')}: {words.pounds(value)} of value, cautiously counted, for "
        f"{words.pounds(cost)} of cost; {words.pounds(value - cost)} more than it costs over the years counted, in "
        "today's pounds."
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
        f"{row['people_scale']:,.3g}, as if all of the authority were like them."
    ]


def settled(facts: Facts) -> list[str]:
    """How sure it is that no better plan was missed."""
    row = summary(facts)
    if not row:
        return []
    best = "No better choice of steps exists"
    if row["gap_gbp"] >= 1:
        best = f"A better choice of steps could bring at most {words.pounds(row['gap_gbp'])} more"
    order = "no order has more steps that each pay"
    if not row["is_order_exact"]:
        order = f"another order could have at most {words.plural(row['order_gap_steps'], 'more step', 'more steps')}"
    return [f"{best}, by these figures; {order}."]


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
    """Cumulative value and cost by step."""
    steps = taken(facts)
    if not steps:
        return None
    last = {step["step_no"]: step for step in steps}  # a step may hold several actions; they end alike
    value = [float(step["cumulative_value_low_gbp"]) for step in last.values()]
    cost = [float(step["cumulative_cost_gbp"]) for step in last.values()]
    rows = [
        [f"Step {number}", words.pounds(v), words.pounds(c), words.pounds(v - c)]
        for number, v, c in zip(last, value, cost, strict=True)
    ]
    grid = Grid("After each step", ["Step", "Cumulative value", "Cumulative cost", "Difference"], rows)
    return Figure(
        "Value and cost add up, step by step", [("", Markup(charts.steps(value, cost)))], grid,
        "Value is the cautious estimate; both are over all years counted, in today's pounds.",
    )  # fmt: skip


def step_grid(facts: Facts) -> Grid:
    """What to share, with whom, at which tier, in which order, for how much."""
    rows: list[list[Cell]] = [
        [
            f"{step['step_no']}. {facts.action(step['action'])}",
            facts.group(step["user_group"]),
            words.and_list(facts.data_set(name) for name in step["data_sets"]),
            words.tier_name(step["tier"]),
            words.pounds(step["one_off_gbp"]),
            words.pounds(step["running_year_gbp"]),
            words.pounds(step["value_low_year_gbp"]),
            words.pounds(step["value_year_gbp"]),
        ]
        for step in taken(facts)
    ]
    heads = ["Step", "Shared with", "Data sets", "Tier", "To set up", "To run, a year", "Value a year, cautiously"]
    return Grid("The steps, in order", [*heads, "Expected"], rows, words=4)


def _payers(facts: Facts) -> Grid:
    """What each body pays and gains over all actions, the highest gain first."""
    sums: dict[str, list[float]] = {}
    for row in facts.rows("blueprint_party"):
        before = sums.get(row["party"], [0.0, 0.0])
        sums[row["party"]] = [before[0] + row["present_cost_gbp"], before[1] + row["present_value_low_gbp"]]
    rows = [
        [party, words.pounds(paid), words.pounds(gained), words.pounds(gained - paid)]
        for party, (paid, gained) in sorted(sums.items(), key=lambda item: (-item[1][1] + item[1][0], item[0]))
    ]
    return Grid("Who pays and who gains, over all years counted", ["Body", "Pays", "Gains", "Left"], rows)


def _refused(facts: Facts, *, is_idle: bool) -> Grid:
    """Refusals with their reasons, the most valuable first. is_idle: of data sets that added nothing, or the others."""
    refused = sorted(
        (row for row in facts.rows("blueprint") if not row["is_taken"] and (row["refused_because"] == IDLE) == is_idle),
        key=lambda row: (-row["value_low_year_gbp"], row["action"], row["tier"]),
    )
    rows: list[list[Cell]] = [
        [
            facts.action(row["action"]),
            words.tier_name(row["tier"]),
            words.and_list(words.lower(facts.data_set(name)) for name in row["data_sets"]),
            f"{words.sentence(row['refused_because'])}: {facts.in_words(row['explanation'])}",
            words.pounds(row["value_low_year_gbp"]),
            words.pounds(row["value_year_gbp"]),
        ]
        for row in refused
    ]
    heads = ["Action", "Tier", "Data sets", "Why not", "Value a year, cautiously", "Expected"]
    caption = "Data sets tried with a step that added nothing" if is_idle else "Refused, and why"
    return Grid(caption, heads, rows, words=4)


def _years(facts: Facts) -> Grid:
    """Cost and value by year, all steps together."""
    by_year: dict[int, list[Row]] = {}
    for row in facts.rows("blueprint_year"):
        by_year.setdefault(row["year"], []).append(row)
    rows = [
        [
            f"Year {year}",
            words.pounds(sum(row["cost_gbp"] for row in found)),
            words.pounds(sum(row["value_low_gbp"] for row in found)),
            f"{found[0]['discount_factor']:.3f}",
        ]
        for year, found in sorted(by_year.items())
    ]
    heads = ["Year", "Cost", "Value, cautiously", "A pound of that year is worth today"]
    return Grid("Year by year, all steps together", heads, rows)

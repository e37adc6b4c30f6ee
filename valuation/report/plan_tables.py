"""The blueprint's tables: steps, who pays and gains, refusals, years."""

from valuation.report import words
from valuation.report.facts import Facts, Row
from valuation.report.parts import Cell, Grid
from valuation.report.plan import by_party, reason_of, taken

IDLE = "adds nothing"  # why a data set is left out of a step that is taken


def step_grid(facts: Facts) -> Grid:
    """What to share, with whom, at which tier, in which order, for how much."""
    rows: list[list[Cell]] = [
        [
            f"{step['step_no']}. {facts.action(step['action'])}",
            facts.group(step["user_group"]),
            words.and_list(facts.data_set(name) for name in step["data_sets"]),
            words.tier_name(step["tier"]),
            f"Year {step.get('start_year', 1)}",
            words.pounds(step["one_off_gbp"]),
            words.pounds(step["running_year_gbp"]),
            words.pounds(step["value_low_year_gbp"]),
            words.pounds(step["value_year_gbp"]),
        ]
        for step in taken(facts)
    ]
    heads = ["Step", "Shared with", "Data sets", "Tier", "Starts", "To set up", "To run, a year"]
    return Grid("The steps, in order", [*heads, "Value a year, cautiously", "Expected"], rows, words=5)


def payer_grid(facts: Facts) -> Grid:
    """What each body pays and gains over all actions, the highest gain first; the deepest it is ever out of pocket."""
    deepest: dict[str, float] = {}
    for row in facts.rows("blueprint_party_year"):
        deepest[row["party"]] = max(deepest.get(row["party"], 0.0), -row["cumulative_net_gbp"])
    rows = [
        [party, *map(words.pounds, (paid, gained, gained - paid, deepest.get(party, 0.0)))]
        for party, (paid, gained) in by_party(facts).items()
    ]
    equal = {
        row["action"]
        for row in facts.rows("blueprint_party")
        if not row.get("is_stated") and (row.get("pays_share", 1) % 1 or row.get("gains_share", 1) % 1)
    }
    told = words.and_list(sorted(map(facts.action, equal)))
    note = f"Shared in equal parts, since nobody has stated other shares: {told}." if equal else ""
    heads = ["Body", "Pays", "Gains, cautiously", "Gains less pays", "Most ever out of pocket"]
    return Grid("Who pays and who gains, over all years counted, in today's pounds", heads, rows, note=note)


def refused_grid(facts: Facts, *, is_idle: bool) -> Grid:
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
            f"{words.sentence(reason_of(row))}: {facts.in_words(row['explanation'])}",
            words.pounds(row["value_low_year_gbp"]),
            words.pounds(row["value_year_gbp"]),
        ]
        for row in refused
    ]
    heads = ["Action", "Tier", "Data sets", "Why not", "Value a year, cautiously", "Expected"]
    caption = "Data sets tried with a step that added nothing" if is_idle else "Refused, and why"
    return Grid(caption, heads, rows, words=4)


def year_grid(facts: Facts) -> Grid:
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

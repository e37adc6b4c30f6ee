"""What stands beside the blueprint: the least data that would do, and the perfect warehouse of everything."""

from collections.abc import Sequence

from markupsafe import Markup

from valuation.report import charts, words
from valuation.report.facts import Facts, Row
from valuation.report.parts import Cell, Figure, Grid

OPTIONS = {"blueprint": "Blueprint", "warehouse": "Warehouse"}
ONE = "one authority"
TERMS = (
    "As things stand: what may be granted today and is surely worth something. Were every control held: whatever "
    "citizens accept, had each group the training, vetting and settings that the data ask for."
)


def least_grid(facts: Facts) -> Grid:
    """The cheapest set that keeps a share of the perfect record's value; shares that need the same are one row."""
    alike: dict[tuple[str, bool, str], list[Row]] = {}
    for row in sorted(facts.rows("mvld"), key=lambda row: (row["terms"], row["retained_share"])):
        alike.setdefault((row["terms"], row["is_reached"], _cells(facts, row["cells"])), []).append(row)
    rows: list[list[Cell]] = [
        [
            words.sentence(terms),
            words.and_list(words.percent(row["retained_share"]) for row in found),
            "reached" if is_reached else "out of reach: the most there is",
            cells,
            words.percent(found[0]["share_reached"]),
            words.pounds(found[0]["one_off_gbp"]),
            words.pounds(found[0]["running_year_gbp"]),
            words.pounds(found[0]["value_gbp"]),
        ]
        for (terms, is_reached, cells), found in alike.items()
    ]
    heads = [
        "Chosen from",
        "Share of value to keep",
        "Verdict",
        "Cheapest set of data",
        "Share kept",
        "To set up",
        "To run, a year",
    ]
    return Grid("Minimal viable linked data", [*heads, "Value a year, expected"], rows, words=4, note=TERMS)


def _cells(facts: Facts, cells: Sequence[str]) -> str:
    """`gp_register@ward_rag@town` and others in words, those of one tier and group together."""
    sets: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        dataset, tier, group = cell.split("@")
        sets.setdefault((group, tier), []).append(words.lower(facts.data_set(dataset)))
    return words.sentence(
        "; ".join(
            f"{words.lower(facts.group(group))} at {words.spoken(tier)}: {words.and_list(names)}"
            for (group, tier), names in sorted(sets.items())
        )
    )


def case_figures(facts: Facts) -> list[Figure]:
    """Net value over the years, the blueprint beside the perfect warehouse: for one authority, then for all."""
    scopes = {row["scope"] for row in facts.rows("business_case")}
    return [_case(facts, scope) for scope in sorted(scopes, key=lambda scope: (scope != ONE, scope))]


def _case(facts: Facts, scope: str) -> Figure:
    rows = [row for row in facts.rows("business_case") if row["scope"] == scope]
    lines = {
        title: sorted((row["year"], float(row["cumulative_net_gbp"])) for row in rows if row["option"] == option)
        for option, title in OPTIONS.items()
    }
    lines = {title: line for title, line in lines.items() if line}
    body: list[list[Cell]] = [
        [
            OPTIONS[row["option"]],
            f"year {row['year']}",
            words.pounds(row["cost_gbp"]),
            words.pounds(row["value_gbp"]),
            words.pounds(row["cumulative_net_gbp"]),
        ]
        for row in sorted(rows, key=lambda row: (row["option"], row["year"]))
    ]
    heads = ["Way", "Year", "Cost", "Value", "Value less cost so far"]
    grid = Grid(f"For {scope}", heads, body, words=2)
    drawn = Markup(charts.years(lines, f"Value less cost so far, {scope}"))
    return Figure(f"For {scope}: value less cost so far, cautiously counted", [("", drawn)], grid)

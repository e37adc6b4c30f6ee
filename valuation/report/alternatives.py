"""What stands beside the blueprint: the least data that would do, and the perfect warehouse of everything."""

from markupsafe import Markup

from valuation.report import charts, words
from valuation.report.facts import Facts
from valuation.report.parts import Cell, Figure, Grid

OPTIONS = {"blueprint": "Blueprint", "warehouse": "Warehouse"}
ONE = "one authority"


def least_grid(facts: Facts) -> Grid:
    """The cheapest set that keeps a share of the perfect record's value."""
    rows: list[list[Cell]] = [
        [
            words.percent(row["retained_share"]),
            "reached" if row["is_reached"] else "out of reach",
            words.and_list(_cell(facts, cell) for cell in row["cells"]),
            words.percent(row["share_reached"]),
            words.pounds(row["one_off_gbp"]),
            words.pounds(row["running_year_gbp"]),
            words.pounds(row["value_gbp"]),
        ]
        for row in sorted(facts.rows("mvld"), key=lambda row: row["retained_share"])
    ]
    heads = ["Share of value to keep", "Verdict", "Cheapest set of data set and tier", "Share kept", "To set up"]
    return Grid("Minimal viable linked data", [*heads, "To run, a year", "Value a year"], rows, words=3)


def _cell(facts: Facts, cell: str) -> str:
    """`gp_register@ward_rag` in words."""
    dataset, _, place = cell.partition("@")
    tier, _, group = place.partition("@")
    reader = f" for {words.lower(facts.group(group))}" if group else ""
    return f"{words.lower(facts.data_set(dataset))} ({words.tier_name(tier).lower()}{reader})"


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
    return Figure(f"For {scope}: value less cost so far", [("", drawn)], grid)

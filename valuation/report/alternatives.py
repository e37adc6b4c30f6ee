"""What stands beside the blueprint: the least data that would do, and the perfect warehouse of everything."""

from collections.abc import Sequence

from markupsafe import Markup

from valuation.report import charts, words
from valuation.report.facts import Facts, Row
from valuation.report.parts import Cell, Figure, Grid
from valuation.report.plan import taken

OPTIONS = {"blueprint": "Blueprint", "warehouse": "Warehouse"}
ONE = "one authority"
QUOTED_YEARS = 3  # for which the warehouse's cost is usually quoted
TERMS = {  # on which a set may be chosen
    "as things stand": "what may be granted today and is surely worth something",
    "were every control held": "whatever residents accept, had each group the training, vetting and settings asked for",
}


def least_grids(facts: Facts) -> list[Grid]:
    """The cheapest sets that keep a share of the perfect record's value: one table for each terms to choose on."""
    return [_least(facts, terms) for terms in sorted({row["terms"] for row in facts.rows("mvld")})]


def _least(facts: Facts, terms: str) -> Grid:
    """Shares that need the same data are one row."""
    alike: dict[tuple[bool, str], list[Row]] = {}
    for row in sorted(facts.rows("mvld"), key=lambda row: row["retained_share"]):
        if row["terms"] == terms:
            alike.setdefault((row["is_reached"], _cells(facts, row["cells"])), []).append(row)
    rows: list[list[Cell]] = [
        [
            words.and_list(words.percent(row["retained_share"]) for row in found),
            "reached" if is_reached else "out of reach: the most there is",
            cells,
            words.percent(found[0]["share_reached"]),
            words.pounds(found[0]["one_off_gbp"]),
            words.pounds(found[0]["running_year_gbp"]),
            words.pounds(found[0]["value_gbp"]),
        ]
        for (is_reached, cells), found in alike.items()
    ]
    heads = [
        "To keep",
        "Verdict",
        "Cheapest set of data",
        "Kept",
        "To set up",
        "To run, a year",
        "Value a year, expected",
    ]
    meaning = f": {TERMS[terms]}" if terms in TERMS else ""
    return Grid(f"{words.sentence(terms)}{meaning}", heads, rows, words=3)


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


def warehouse(facts: Facts) -> list[str]:
    """Whether the perfect warehouse would bring more than the blueprint; empty where there is no business case."""
    told = []
    for scope, cases in _cases(facts).items():
        left = {option: _sum(rows, "value_low_gbp") - _sum(rows, "cost_gbp") for option, rows in cases.items()}
        amounts = ", the blueprint ".join(_left(left[option]) for option in reversed(cases))
        years = f"over {len(cases['warehouse'])} years and cautiously counted"
        told.append(f"For {scope}, {years}, a perfect warehouse of everything about everyone {amounts}.")
    if told:
        told.append(
            "The warehouse's value is counted as if residents accepted all of it and every control were held; the "
            "blueprint's only with what they accept and what can be granted."
        )
    return told


def beside_grid(facts: Facts) -> Grid:
    """Cost and value of blueprint and warehouse over the years, undiscounted."""
    rows = [
        [
            f"{OPTIONS[option]}, {scope}",
            words.pounds(_sum(found[:QUOTED_YEARS], "cost_gbp")),
            *(words.pounds(_sum(found, name)) for name in ("cost_gbp", "value_low_gbp", "value_gbp")),
        ]
        for scope, cases in _cases(facts).items()
        for option, found in cases.items()
    ]
    heads = ["Way", f"Cost of the first {QUOTED_YEARS} years", "Cost of all years", "Brings, cautiously", "Expected"]
    return Grid("Blueprint and perfect warehouse, over all years counted, as amounts fall due", heads, rows)


def _cases(facts: Facts) -> dict[str, dict[str, list[Row]]]:
    """Rows by year of both ways, for one authority first; only what is told of both."""
    options = OPTIONS if taken(facts) else ("warehouse",)
    cases = {scope: {option: _years_of(facts, scope, option) for option in options} for scope in _scopes(facts)}
    return {scope: found for scope, found in cases.items() if all(found.values())}


def _scopes(facts: Facts) -> list[str]:
    return sorted({row["scope"] for row in facts.rows("business_case")}, key=lambda scope: (scope != ONE, scope))


def _years_of(facts: Facts, scope: str, option: str) -> list[Row]:
    found = (row for row in facts.rows("business_case") if (row["scope"], row["option"]) == (scope, option))
    return sorted(found, key=lambda row: row["year"])


def _sum(rows: Sequence[Row], name: str) -> float:
    return float(sum(row[name] for row in rows))


def _left(amount: float) -> str:
    return f"brings {words.pounds(abs(amount))} {'more' if amount >= 0 else 'less'} than it costs"


def case_figures(facts: Facts) -> list[Figure]:
    """Net value over the years, the blueprint beside the perfect warehouse: for one authority, then for all."""
    return [_case(facts, scope) for scope in _scopes(facts)]


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

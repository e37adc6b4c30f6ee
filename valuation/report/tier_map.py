"""The page of the twenty tiers: value, cost, what is withheld, who may read."""

from sharing.tiers import DETAILS, LEVELS
from valuation.report import words
from valuation.report.facts import Facts
from valuation.report.gains import TierCell, tier_cells
from valuation.report.parts import Grid, Page


def page(facts: Facts) -> Page:
    """The map, and the same as a plain table."""
    cells = tier_cells(facts)
    return Page(
        "tiers.html",
        "The twenty tiers",
        "tiers.html",
        {
            "levels": [(level, [cells[f"{level}_{detail}"] for detail in DETAILS]) for level in LEVELS],
            "words": words,
            "said": said(facts, cells),
            "grid": _grid(list(cells.values())),
            "has_value": facts.has("value_curve"),
            "has_cost": facts.has("tier_cost"),
            "has_access": facts.has("about.access"),
        },
    )


def said(facts: Facts, cells: dict[str, TierCell]) -> str:
    """Where the value lies, in a sentence or two."""
    known = [cell for cell in cells.values() if cell.gain_gbp is not None]
    if not known:
        return "What the tiers are worth has not been worked out yet."
    best = max(known, key=lambda cell: cell.gain_gbp or 0.0)
    if (best.gain_gbp or 0.0) <= 0:
        return "At no tier does sharing bring more than services could do with their own data."
    coarse = max((cell for cell in known if cell.level not in {"person", "household"}), key=lambda c: c.gain_gbp or 0.0)
    share = max(coarse.gain_gbp or 0.0, 0.0) / (best.gain_gbp or 1.0)
    return (
        f"The most value is at {words.spoken(best.tier)}: about {words.pounds(best.gain_gbp)} a year over "
        f"all actions. The best tier without a row for any person or household, "
        f"{words.spoken(coarse.tier)}, keeps {words.percent(share)} of that."
    )


def _grid(cells: list[TierCell]) -> Grid:
    rows = [
        [
            words.tier_name(cell.tier),
            ", ".join(cell.groups) or "nobody",
            words.pounds(cell.gain_gbp),
            f"{cell.held} of {cell.actions}",
            str(cell.vetoed),
            words.pounds(cell.cost_gbp),
            "does not apply" if cell.withheld_share is None else words.percent(cell.withheld_share),
            words.count(cell.rows),
        ]
        for cell in cells
    ]
    heads = ["Tier", "User groups that may read some of it", "Value a year", "Actions it holds up for"]
    heads += ["Actions where residents veto it", "Cost so far", "Counts withheld", "Rows"]
    return Grid("All twenty tiers", heads, rows, words=2)

"""The league table of data sets: what each brings over all actions, beside what it costs."""

from decimal import Decimal

from markupsafe import Markup

from pages import svg
from valuation.report import words
from valuation.report.facts import Facts
from valuation.report.gains import DataSetWorth, league
from valuation.report.parts import Cell, Grid, Page


def page(facts: Facts) -> Page:
    """Data sets by what they bring."""
    found = league(facts)
    return Page(
        "data-sets.html",
        "The data sets",
        "data_sets.html",
        {"said": said(facts, found), "grid": _league(facts, found), "known": _known(facts)},
    )


def said(facts: Facts, found: list[DataSetWorth]) -> str:
    """Which data sets carry the value, in a sentence."""
    total = sum(max(item.share_gbp, 0.0) for item in found)
    if not total:
        return "No data set has been shown to bring anything yet."
    held = [words.lower(facts.data_set(item.dataset)) for item in found if item.held]
    sure = (
        f"What {words.and_list(held)} bring holds up" if held else "For no data set alone does what it brings hold up"
    )
    sums, some = 0.0, []
    for item in found:
        some.append(words.lower(facts.data_set(item.dataset)))
        sums += item.share_gbp
        if sums >= total / 2:
            break
    return f"{sure} against chance. By estimate, {words.and_list(some)} bring half of all value."


def _league(facts: Facts, found: list[DataSetWorth]) -> Grid:
    top, low = (
        max((item.share_gbp for item in found), default=0.0),
        min((item.share_gbp for item in found), default=0.0),
    )
    costs = {row["dataset"]: row for row in facts.rows("dataset_cost")}
    rows: list[list[Cell]] = [
        [
            facts.data_set(item.dataset),
            words.and_list(words.lower(facts.action(name)) for name in item.held),
            f"{len(item.held)} of {len(item.actions)}",
            words.pounds(item.share_gbp),
            Markup(svg.span(0, item.share_gbp, low=min(low, 0), top=top, colour=_colour(item.share_gbp))),
            words.pounds(item.alone_gbp),
            words.pounds(item.marginal_gbp),
            words.pounds(_declared_cost(facts, item.dataset)),
            words.pounds(float(costs[item.dataset]["allocated_gbp"]) if item.dataset in costs else None),
        ]
        for item in found
    ]
    heads = [
        "Data set",
        "Holds up for",
        "Actions",
        "Fair share a year",
        "",
        "Alone",
        "Added last",
        "To integrate, once",
        "Cost so far",
    ]
    return Grid("Data sets by what they bring", heads, rows, words=2)


def _colour(amount: float) -> str:
    return svg.BLUE if amount >= 0 else svg.RED


def _declared_cost(facts: Facts, name: str) -> float | None:
    """The days of work that the contract declares, at the day's rate."""
    contract, rate = facts.contracts.get(name), facts.rates.get("people")
    if contract is None or rate is None:
        return None
    return float(Decimal(str(contract.integration_days)) * rate.unit_price_gbp)


def _known(facts: Facts) -> Grid:
    """What each data set is and how fresh."""
    subjects = {"person": "people", "premises": "homes and premises", "ward": "wards"}
    rows = [
        [
            row["title"],
            row["partner"],
            subjects.get(row["subject"], row["subject"]),
            "stale: an older extract stands in" if row["is_stale"] else "up to date",
            str(row["extract_date"] or "none yet"),
        ]
        for row in facts.rows("about.dataset")
    ]
    heads = ["Data set", "Partner", "About", "State", "Latest extract"]
    return Grid("The data sets of the region", heads, rows, words=4)

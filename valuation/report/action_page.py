"""One action's page: what sharing brings it at each tier, for how many people, with which data."""

from collections.abc import Sequence

from markupsafe import Markup

from sharing.tiers import LEVELS
from valuation.report import charts, words
from valuation.report.action_numbers import accepted_grid, number_grid
from valuation.report.facts import Facts, Row
from valuation.report.gains import baseline, best_point, curve_of, holds, tier_of, valued_actions
from valuation.report.parts import Card, Cell, Figure, Grid, Page, told

BASELINES = {
    "treat_none": "Reach nobody",
    "random": "Reach people drawn by lot",
    "treat_all": "Reach everybody, whatever the capacity",
    "own_data": "Own data alone, as today",
    "permitted_now": "All that live agreements permit today",
    "perfect_record": "A perfect record: every data set in full",
    "clairvoyant": "Knowing the future (a bound, not a choice)",
}
UNITS = {"person": "people", "household": "households"}


def pages(facts: Facts) -> list[Page]:
    """A page for each action that has values."""
    return [_page(facts, name) for name in valued_actions(facts)]


def _page(facts: Facts, name: str) -> Page:
    points, action = curve_of(facts, name), facts.actions.get(name)
    perfect, own = baseline(facts, name, "perfect_record"), baseline(facts, name, "own_data")
    return Page(
        f"action-{name}.html",
        facts.action(name),
        "action.html",
        {
            "action": action,
            "said": said(facts, name),
            "cards": _cards(own, UNITS[own["unit"]]) if own else [],
            "curve": _curve(points, perfect["gain_gbp"] if perfect else None, _permitted(facts, name)),
            "baselines": _baselines(facts, name),
            "capacity": _capacity(facts, name),
            "data_sets": _data_sets(facts, name),
            "accepted": accepted_grid(action) if action else None,
            "numbers": number_grid(action) if action else None,
            "words": words,
        },
        key="actions.html",
    )


def said(facts: Facts, name: str) -> str:
    """The action's answer in a few sentences."""
    best = best_point(facts, name)
    if best is None:
        return "Residents would not accept any tier for this action, so none is proposed."
    gain = words.pounds(best["gain_gbp"])
    between = words.pounds_range(best["gain_low_gbp"], best["gain_high_gbp"])
    tier = words.spoken(tier_of(best))
    if not holds(best):
        return (
            f"Not supported: no tier brings more than own data by more than chance. The nearest is {tier}, with "
            f"{gain} a year (likely between {between})."
        )
    vetoed = sum(row["is_vetoed"] for row in curve_of(facts, name))
    veto = f" {words.plural(vetoed, 'tier')} cannot be used: too few residents accept it." if vetoed else ""
    return (
        f"At {tier}, shared data bring about {gain} a year more than own data (likely between {between}), "
        f"before what sharing costs.{_loss(best)}{veto}"
    )


def _loss(best: Row) -> str:
    """That the action does not pay even so; empty where it does."""
    if best["net_value_gbp"] >= 0:
        return ""
    return (
        f" Even so the action costs {words.pounds(-best['net_value_gbp'])} a year more than it saves: the data only "
        "make the loss smaller."
    )


def _cards(own: Row, units: str) -> list[Card]:
    return [
        Card(f"{units.capitalize()} who could be reached", words.count(own["eligible"])),
        Card("Reached in a year", words.count(own["capacity"])),
        Card("To whom the outcome came", words.count(own["outcomes"])),
        Card("Of those, reached with own data", words.count(own["true_positives"])),
    ]


def _curve(points: list[Row], perfect: float | None, permitted: set[str] | None) -> Figure:
    ends = [row[name] for row in points for name in ("gain_low_gbp", "gain_high_gbp")] + [perfect or 0.0]
    drawings = []
    for level in LEVELS:
        chosen = [
            charts.Point(row["detail"], row["gain_gbp"], row["gain_low_gbp"], row["gain_high_gbp"], row["is_vetoed"])
            for row in points
            if row["level"] == level
        ]
        if chosen:
            name = words.LEVEL_NAMES[level]
            svg = charts.curve(name, chosen, bounds=(min(ends), max(ends)), perfect=perfect)
            drawings.append((name, Markup(svg)))
    return Figure("Gain a year by level and detail", drawings, _curve_grid(points, permitted))


def _permitted(facts: Facts, name: str) -> set[str] | None:
    """Tiers at which live agreements already permit every candidate data set; None where that is not told."""
    rows = [row for row in facts.rows("action_value") if row["action"] == name and row.get("is_all_candidates")]
    return {row["tier"] for row in rows if row["is_permitted"]} if any("is_permitted" in row for row in rows) else None


def _agreed(tier: str, permitted: set[str] | None) -> str:
    if permitted is None:
        return "–"
    return "permitted" if tier in permitted else "not yet"


def _curve_grid(points: list[Row], permitted: set[str] | None) -> Grid:
    rows: list[Sequence[Cell]] = [
        [
            words.tier_name(tier_of(row)),
            told(row["gain_low_gbp"], row["gain_high_gbp"]),
            "vetoed by residents" if row["is_vetoed"] else "accepted",
            _agreed(tier_of(row), permitted),
            words.pounds(row["gain_gbp"]),
            words.pounds_range(row["gain_low_gbp"], row["gain_high_gbp"]),
            words.percent(row["retained_share"]),
        ]
        for row in points
    ]
    heads = [
        "Tier",
        "Verdict",
        "Residents",
        "Agreements",
        "Gain a year",
        "Likely between",
        "Of the perfect record's gain",
    ]
    return Grid("Gain over own data with every candidate data set", heads, rows, words=4)


def _baselines(facts: Facts, name: str) -> Grid:
    found = {row["baseline"]: row for row in facts.rows("action_value") if row["action"] == name and row["baseline"]}
    rows: list[Sequence[Cell]] = [
        [
            title,
            words.count(row["capacity"]),
            words.count(row["true_positives"]),
            words.pounds(row["net_value_gbp"]),
            words.pounds_range(row["net_value_low_gbp"], row["net_value_high_gbp"]),
        ]
        for key, title in BASELINES.items()
        if (row := found.get(key))
    ]
    heads = ["Way of choosing whom to reach", "Reached", "Of whom it came to", "Net value a year", "Likely between"]
    return Grid("What the same service is worth with other knowledge", heads, rows)


def _capacity(facts: Facts, name: str) -> Grid:
    """Net value at multiples of capacity: own data, the best tier, the perfect record."""
    best = best_point(facts, name)
    wanted: dict[tuple[str | None, str | None], str] = {
        ("own_data", None): "Own data",
        ("perfect_record", None): "Perfect record",
    }
    if best:
        wanted[(None, tier_of(best))] = words.tier_name(tier_of(best))
    lines = [row for row in facts.rows("capacity_value") if row["action"] == name]
    multiples = sorted({row["capacity_multiple"] for row in lines})
    value = {(row["baseline"], row["tier"], row["capacity_multiple"]): row["net_value_gbp"] for row in lines}
    rows = [
        [title, *(words.pounds(value.get((*key, multiple))) for multiple in multiples)] for key, title in wanted.items()
    ]
    heads = ["Net value a year", *(f"at {multiple:g} times capacity" for multiple in multiples)]
    return Grid("More capacity beside better data", heads, rows if lines else [])


def _data_sets(facts: Facts, name: str) -> Grid:
    best = best_point(facts, name)
    tier = tier_of(best) if best else ""
    rows = [
        [
            facts.data_set(row["dataset"]),
            words.pounds(row["shapley_gbp"]),
            words.pounds_range(row.get("shapley_low_gbp"), row.get("shapley_high_gbp")),
            words.pounds(row["alone_gbp"]),
            words.pounds(row["marginal_gbp"]),
        ]
        for row in sorted(facts.rows("dataset_value"), key=lambda row: -(row["shapley_gbp"] or row["marginal_gbp"]))
        if row["action"] == name and row["tier"] == tier
    ]
    heads = ["Data set", "Fair share", "Likely between", "Alone", "Added last"]
    return Grid(f"What each data set brings a year, at {words.spoken(tier)}", heads, rows)

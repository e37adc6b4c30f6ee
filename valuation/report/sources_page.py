"""What the report rests on: the hypotheses and how they fared, actions' numbers, prices, and their sources."""

from valuation.report import words
from valuation.report.action_numbers import number_grid, numbers_of
from valuation.report.facts import Facts, Row
from valuation.report.parts import Badge, Cell, Grid, Page

ALL = "all"  # the scope of a test over everything


def page(facts: Facts) -> Page:
    """Hypotheses first, then numbers."""
    return Page(
        "sources.html",
        "Assumptions and sources",
        "sources.html",
        {
            "hypotheses": hypotheses(facts),
            "statistics": _statistics(facts),
            "reach": _reach(facts),
            "said": said(facts),
            "numbers": [number_grid(action) for action in facts.actions.values()],
            "settings": _settings(facts),
        },
    )


def verdict(row: Row) -> Badge:
    """Whether a hypothesis is borne out."""
    if row["is_supported"] is None:
        return Badge("cannot be told", "open")
    return Badge("supported", "good") if row["is_supported"] else Badge("not supported", "bad")


def finding(facts: Facts, row: Row) -> str:
    """What was found, without the verdict that stands beside it."""
    told = row["verdict"].removeprefix("Not supported: ").removeprefix("Cannot be told: ")
    return words.sentence(facts.in_words(told))


def hypotheses(facts: Facts) -> Grid:
    """The founding hypothesis and the assumptions, each with its verdict."""
    rows: list[list[Cell]] = [
        [row["question"], verdict(row), finding(facts, row), *_figures(row)]
        for row in facts.rows("assumption")
        if row["scope"] == ALL
    ]
    heads = ["Question", "Verdict", "In words", "Estimate", "Likely between", "Cases"]
    note = (
        "Pounds are a year's. Cases: how many actions, tiers or user groups the estimate is of. Not supported: what "
        "was found may be chance, or is too little to count, or is the other way round."
    )
    return Grid("What was supposed, and what was found", heads, rows, words=3, note=note)


def _statistics(facts: Facts) -> Grid:
    """What was measured for each, over all and by level or action."""
    rows: list[list[Cell]] = [
        [row["question"], _scope(facts, row["scope"]), verdict(row), row["statistic"], *_figures(row)]
        for row in facts.rows("assumption")
    ]
    heads = ["Question", "Of", "Verdict", "Statistic", "Estimate", "Likely between", "Cases"]
    return Grid("What was measured", heads, rows, words=4)


def _figures(row: Row) -> list[Cell]:
    unit = row["unit"]
    between = "–" if row["low"] is None else f"{_amount(row['low'], unit)} to {_amount(row['high'], unit)}"
    return [_amount(row["estimate"], unit), between, words.count(row["n"])]


def _scope(facts: Facts, scope: str) -> str:
    """What a test is about: everything, a level or an action."""
    return words.LEVEL_NAMES.get(scope, "everything" if scope == ALL else facts.action(scope))


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if "gbp" in unit.lower() or "£" in unit:
        return words.pounds(value)
    return f"{value:,.3g} {unit}" if unit not in {"share", "ratio", ""} else f"{value:,.3g}"


def said(facts: Facts) -> str:
    """How many numbers have no published source."""
    given = [source for action in facts.actions.values() for _, _, source in numbers_of(action)]
    assumed = sum(source.lower().startswith("assum") for source in given)
    if not given:
        return "The region states no action, so there is no number to source."
    return (
        f"The actions rest on {words.plural(len(given), 'number')}; {assumed or 'none'} of them are assumptions "
        "without a published source. Put your own in before you act on a result."
    )


def _reach(facts: Facts) -> Grid:
    """Whom each tier serves, beyond chance: several services at once, where it can."""
    found = [row for row in facts.rows("level_reach") if row["groups_served"]]
    rows: list[list[Cell]] = [
        [
            words.tier_name(row["tier"]),
            words.and_list(facts.group(name) for name in row["user_groups"]),
            words.and_list(words.lower(facts.action(name)) for name in row["actions"]),
            words.count(row["groups_served"]),
            words.pounds(row["gain_gbp"]),
            words.pounds_range(row["gain_low_gbp"], row["gain_high_gbp"]),
        ]
        for row in sorted(found, key=lambda row: (-row["groups_served"], -row["gain_low_gbp"]))
    ]
    heads = ["Tier", "User groups", "Actions it holds up for", "Groups", "Gain a year", "Likely between"]
    note = "Every other tier serves nobody beyond chance."
    return Grid("Whom each tier serves", heads, rows, words=3, note=note)


def _settings(facts: Facts) -> list[Grid]:
    """The region's dated tables as they are, each line with its source last."""
    grids = []
    for file, lines in facts.settings.items():
        names = [name for name in (lines[0] if lines else {}) if name not in {"valid_from", "source"}]
        rows: list[list[Cell]] = [
            [*(line[name] or "–" for name in names), line["valid_from"], line["source"]] for line in lines
        ]
        heads = [words.sentence(name.replace("_gbp", " (£)").replace("_", " ")) for name in names]
        grids.append(Grid(file, [*heads, "In force since", "Source"], rows, words=len(names) + 2))
    return grids

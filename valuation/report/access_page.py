"""Who may see what: a matrix per user group, with the agreements that permit it and the reasons for what is refused."""

from collections import defaultdict

from sharing.tiers import DETAILS, LEVELS
from valuation.report import words
from valuation.report.facts import Facts, Row
from valuation.report.parts import Cell, Grid, Page, link


def page(facts: Facts) -> Page:
    """The matrix of every group of the release in force."""
    cells: dict[str, list[Row]] = defaultdict(list)
    for row in facts.rows("about.access"):
        cells[row["user_group"]].append(row)
    groups = [
        {
            "key": name,
            "title": facts.group(name),
            "organisation": facts.groups[name].organisation if name in facts.groups else "",
            "said": _said(rows),
            "matrix": _matrix(facts, name, rows),
            "nothing_of": _nothing_of(facts, rows),
            "refused": _refused(facts, name, rows),
            "agreements": _agreements(facts, name, rows),
        }
        for name, rows in sorted(cells.items())
    ]
    glance = _glance(facts, cells)
    return Page(
        "access.html",
        "Who may see what",
        "access.html",
        {"said": said(facts), "controls": control_grid(facts), "groups": groups, "glance": glance},
    )


def control_grid(facts: Facts) -> Grid:
    """What the controls are that a marking may ask of a group."""
    rows = [[facts.in_words(name), meaning] for name, meaning in facts.controls.items()]
    return Grid("What the controls are", ["Control", "Means"], rows, words=2)


def said(facts: Facts) -> str:
    """What the agreements in force already bring, in a sentence; empty where that was not worked out."""
    rows = [row for row in facts.rows("action_value") if row["baseline"] == "permitted_now"]
    if not rows:
        return ""
    held = sum(row["gain_low_gbp"] > 0 for row in rows)
    gain = sum(row["gain_gbp"] for row in rows)
    change = f"gain {words.pounds(gain)}" if gain >= 0 else f"lose {words.pounds(-gain)}"
    return (
        f"With all that agreements permit today, the actions together would {change} a year against own data; a gain "
        f"holds up for {held} of {words.plural(len(rows), 'action')}."
    )


def _glance(facts: Facts, cells: dict[str, list[Row]]) -> Grid:
    """One row per group: how many data sets, and at each level how many of them."""
    rows: list[list[Cell]] = []
    for name, found in sorted(cells.items()):
        allowed = [row for row in found if row["is_permitted"]]
        by_level = [len({row["dataset"] for row in allowed if row["level"] == level}) for level in LEVELS]
        group = facts.groups.get(name)
        rows.append([link(f"#{name}", facts.group(name)), group.organisation if group else "–", *map(str, by_level)])
    heads = ["User group", "Organisation", *(words.LEVEL_NAMES[level] for level in LEVELS)]
    return Grid("How many data sets each group may see something of, by level", heads, rows, words=2)


def _said(rows: list[Row]) -> str:
    allowed = [row for row in rows if row["is_permitted"]]
    sets = {row["dataset"] for row in allowed}
    if not allowed:
        return "No live agreement permits this group anything."
    finest = next(level for level in LEVELS if any(row["level"] == level for row in allowed))
    return (
        f"May read {words.plural(len(sets), 'data set')}, {len(allowed)} of {len(rows)} combinations of data set and "
        f"tier; the finest level is {words.LEVEL_NAMES[finest].lower()}."
    )


def _matrix(facts: Facts, group: str, rows: list[Row]) -> Grid:
    """Data sets by levels; a cell names the details that are permitted."""
    allowed = {(row["dataset"], row["level"], row["detail"]) for row in rows if row["is_permitted"]}
    lines: list[list[Cell]] = [
        [
            facts.data_set(dataset),
            *(_details([detail for detail in DETAILS if (dataset, level, detail) in allowed]) for level in LEVELS),
        ]
        for dataset in sorted({name for name, *_ in allowed}, key=facts.data_set)
    ]
    heads = ["Data set", *(words.LEVEL_NAMES[level] for level in LEVELS)]
    return Grid(f"What {facts.group(group)} may see", heads, lines, words=len(heads))


def _nothing_of(facts: Facts, rows: list[Row]) -> str:
    """The data sets that the group sees nothing of; empty where it sees something of all."""
    some = {row["dataset"] for row in rows if row["is_permitted"]}
    none = sorted({facts.data_set(row["dataset"]) for row in rows if row["dataset"] not in some})
    return words.and_list(words.lower(title) for title in none) if none else ""


def _details(allowed: list[str]) -> str:
    """`up to coded` for known-to, ratings and codes."""
    if not allowed:
        return "–"
    if len(allowed) == len(DETAILS):
        return "all four"
    names = [words.DETAIL_NAMES[detail].lower() for detail in allowed]
    return f"up to {names[-1]}" if len(names) > 1 and tuple(allowed) == DETAILS[: len(names)] else words.and_list(names)


def _refused(facts: Facts, group: str, rows: list[Row]) -> Grid:
    """Why what is not permitted is not, the same reason once."""
    why: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if not row["is_permitted"]:
            why[(row["dataset"], row["clause"])].append(row["tier"])
    lines = [
        [facts.data_set(dataset), facts.in_words(clause), f"{len(tiers)} of {len(LEVELS) * len(DETAILS)}"]
        for (dataset, clause), tiers in sorted(why.items(), key=lambda item: (facts.data_set(item[0][0]), item[0][1]))
    ]
    return Grid(f"What {facts.group(group)} is refused, and why", ["Data set", "Reason", "Tiers"], lines, words=2)


def _agreements(facts: Facts, group: str, rows: list[Row]) -> Grid:
    named = {row["agreement"] for row in rows if row["is_permitted"]}
    lines = [
        [
            row["title"],
            row["agreement"],
            row["discloser"],
            row["purpose"].replace("_", " "),
            row["lawful_basis"],
            f"{row['valid_from']} to {row['valid_to']}",
        ]
        for row in facts.rows("about.agreement")
        if row["agreement"] in named
    ]
    heads = ["Agreement", "Number", "Discloser", "Purpose", "Lawful basis", "In force"]
    return Grid(f"Agreements that permit it to {facts.group(group)}", heads, lines, words=len(heads))

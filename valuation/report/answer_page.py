"""The first page: the answer, the order, how sure it is, and what is not known."""

from collections.abc import Sequence

from valuation.report import (
    access_page,
    actions_page,
    blueprint_page,
    data_sets_page,
    linkage_page,
    plan,
    sources_page,
    tier_map,
    words,
)
from valuation.report.alternatives import beside_grid, warehouse
from valuation.report.facts import Facts, Row
from valuation.report.gains import league, tier_cells
from valuation.report.parts import Badge, Page


def page(facts: Facts) -> Page:
    """What a board needs to know, on one page."""
    return Page(
        "index.html",
        "Which data are worth sharing",
        "index.html",
        {
            "is_made_up": any(action.outcome.source == "demo_truth" for action in facts.actions.values()),
            "answer": answer(facts),
            "cards": blueprint_page.cards(facts),
            "chart": blueprint_page.chart(facts),
            "steps": plan.told_steps(facts),
            "suppositions": suppositions(facts),
            "out_of_pocket": plan.out_of_pocket(facts),
            "warehouse": warehouse(facts),
            "beside": beside_grid(facts),
            "findings": _findings(facts),
            "hypotheses": _hypotheses(facts),
            "unknown": unknown(facts),
        },
    )


def _findings(facts: Facts) -> list[tuple[str, str, str]]:
    """(page, its name, its answer) of the pages behind this one that have one."""
    found = [
        ("tiers.html", "Tiers", tier_map.said(facts, tier_cells(facts))),
        ("actions.html", "Actions", actions_page.said(facts)),
        ("data-sets.html", "Data sets", data_sets_page.said(facts, league(facts))),
        ("access.html", "Agreements", access_page.said(facts)),
        ("linkage.html", "Linkage", linkage_page.said(facts.linkage)),
    ]
    return [item for item in found if item[2]]


def _hypotheses(facts: Facts) -> list[tuple[str, Badge, str]]:
    """Question, verdict and what was found, of each headline test."""
    rows = [row for row in facts.rows("assumption") if row["scope"] == sources_page.ALL]
    return [(row["question"], sources_page.verdict(row), sources_page.finding(facts, row)) for row in rows]


def answer(facts: Facts) -> tuple[Badge, str]:
    """The verdict, and the answer in two or three sentences."""
    steps = plan.taken(facts)
    if "blueprint" not in facts.tables:
        return Badge("not worked out yet", "open"), blueprint_page.said(facts)
    if not steps:
        told = f"{blueprint_page.why_nothing(facts)} Nothing should be shared on this evidence for value's sake."
        return Badge("not supported", "bad"), told
    one_off = sum(step["one_off_gbp"] for step in steps)
    running = sum(step["running_year_gbp"] for step in steps)
    year = plan.summary(facts).get("pay_back_year")
    back = f" It has paid back by year {year}." if year is not None else " It does not pay back in the years counted."
    return Badge("pays, by estimate", "good"), (
        f"{_shared(facts, steps)} That costs {words.pounds(one_off)} to set up and "
        f"{words.pounds(running)} a year to run. {_worth(facts, steps[-1])}{back}"
    )


def _shared(facts: Facts, steps: Sequence[Row]) -> str:
    """What to share with whom for what: by name where it is one step, else how many and for which actions."""
    if len(steps) == 1:
        only = plan.told_steps(facts)[0]
        return (
            f"Share {only.data_sets} with {only.group} at {only.tier} ({only.level}), for {words.lower(only.action)}."
        )
    sets = {name for step in steps for name in step["data_sets"]}
    groups = {step["user_group"] for step in steps}
    actions = dict.fromkeys(words.lower(facts.action(step["action"])) for step in steps)
    return (
        f"Share {words.plural(len(sets), 'data set')} with {words.plural(len(groups), 'user group')}, in "
        f"{words.plural(steps[-1]['step_no'], 'step')}, for {words.and_list(actions)}."
    )


def suppositions(facts: Facts) -> tuple[Badge, str] | None:
    """How the suppositions behind this work fared, in a sentence; None where they were not tested."""
    rows = [row for row in facts.rows("assumption") if row["scope"] == sources_page.ALL]
    if not rows:
        return None
    held, failed = (sum(row["is_supported"] is verdict for row in rows) for verdict in (True, False))
    told = f"Of {words.plural(len(rows), 'supposition')} behind this work, these data bear out {held or 'none'}"
    if held and failed:
        badge = Badge(f"{failed} of {len(rows)} not supported", "bad")
    elif held or failed:
        badge = Badge("not supported", "bad") if failed else Badge("supported", "good")
    else:
        badge = Badge("cannot be told", "open")
    return badge, f"{told}; {failed or 'none'} failed the test."


def _worth(facts: Facts, last: Row) -> str:
    value, cost = last["cumulative_value_low_gbp"], last["cumulative_cost_gbp"]
    return (
        f"Counted cautiously it brings {words.pounds(value)} against {words.pounds(cost)} of cost, over "
        f"{plan.horizon(facts)} and in today's pounds."
    )


def unknown(facts: Facts) -> list[str]:
    """What the reader should not take for known."""
    told = blueprint_page.scale(facts)
    tried = sum(1 for row in facts.rows("action_value") if row["tier"])
    if tried and plan.taken(facts):
        told.append(
            f"The steps are the best of {tried:,} choices of action, tier and data sets, valued by the same figures "
            "that chose them. A step has to hold in both years it was judged in, which keeps most lucky ones out; even "
            "so, chance flatters the best of many: expect less."
        )
    told += [
        sources_page.said(facts),
        "Intervals say how much chance is in whom the outcomes came to. They do not say how sure the sources are, "
        "nor how much the fitted models would differ with other people to learn from.",
        "A gain is counted as if the service acts on what it is told, and as well as the sources say. Whether it "
        "will is for the service to show.",
    ]
    if facts.linkage and facts.linkage.pair_recall is None:
        told.append("How many links are wrong is reckoned by the model itself; nobody has checked them all.")
    return told

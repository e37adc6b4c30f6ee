"""The page that lists the actions. What one is worth in detail is `action_page.py`."""

from collections.abc import Sequence

from valuation.report import words
from valuation.report.facts import Facts, Row
from valuation.report.gains import baseline, best_point, holds, tier_of, valued_actions
from valuation.report.parts import Badge, Cell, Grid, Page, link, told


def page(facts: Facts) -> Page:
    """Every action of the register, with its best tier."""
    valued = valued_actions(facts)
    waiting = [name for name in facts.actions if name not in valued]
    return Page(
        "actions.html",
        "The actions",
        "actions.html",
        {
            "said": said(facts),
            "grid": Grid(
                "What the best tier is worth to each action, a year",
                [
                    "Action",
                    "Delivered by",
                    "Best tier",
                    "Verdict",
                    "Gain over own data",
                    "Nine in ten sure of",
                    "Gain with everything",
                    "The action saves, all told",
                ],
                [_row(facts, name) for name in valued],
                words=4,
            ),
            "waiting": [facts.action(name) for name in waiting],
        },
    )


def said(facts: Facts) -> str:
    """For how many actions shared data help, in a sentence."""
    valued = valued_actions(facts)
    if not valued:
        return "No action has been valued yet."
    helped = [name for name in valued if holds(best_point(facts, name))]
    losing = [
        words.lower(facts.action(name)) for name in helped if (best_point(facts, name) or {})["net_value_gbp"] < 0
    ]
    rest = [words.lower(facts.action(name)) for name in valued if name not in helped]
    first = (
        f"With every data set that could inform it, {len(helped)} of {words.plural(len(valued), 'action')} "
        f"{'gains' if len(helped) == 1 else 'gain'} by "
        "more than chance."
    )
    if losing:
        first += f" Even so {words.and_list(losing)} would cost more than it saves."
    if not rest:
        return first
    return f"{first} For {words.and_list(rest)} that is not shown: own data may do, or outcomes are too few to tell."


def _row(facts: Facts, name: str) -> Sequence[Cell]:
    best, perfect = best_point(facts, name), baseline(facts, name, "perfect_record")
    action = facts.actions.get(name)
    return [
        link(f"action-{name}.html", facts.action(name)),
        action.delivered_by if action else "–",
        words.tier_name(tier_of(best)) if best else "–",
        _verdict(best),
        words.pounds(best["gain_gbp"] if best else None),
        words.pounds(best["gain_low_gbp"] if best else None),
        words.pounds(perfect["gain_gbp"] if perfect else None),
        words.pounds(best["net_value_gbp"] if best else None),
    ]


def _verdict(best: Row | None) -> Badge:
    if best is None:
        return Badge("residents veto every tier", "bad")
    if holds(best) and best["net_value_gbp"] < 0:
        return Badge("holds up, yet loses money", "bad")
    return told(best["gain_low_gbp"], best["gain_high_gbp"])

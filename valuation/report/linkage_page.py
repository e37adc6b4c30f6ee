"""How well records are linked to people: the headline figures. The linkage report itself is `linkage/report`."""

from linkage.evaluation.quality import QualityCounts
from valuation.report import words
from valuation.report.facts import Facts
from valuation.report.gains import best_point, tier_of, valued_actions
from valuation.report.parts import Card, Grid, Page


def page(facts: Facts) -> Page:
    """Headline figures in plain words, and the way to the whole."""
    found = facts.linkage
    return Page(
        "linkage.html",
        "How well people are linked",
        "linkage.html",
        {
            "said": said(found),
            "cards": _cards(found) if found else [],
            "behind": [facts.in_words(line) for line in found.behind] if found else [],
            "jumped": found.jumped if found else (),
            "is_judged": found is not None,
            "perfect": _perfect(facts),
            "has_report": facts.has_linkage_report,
            "words": words,
        },
    )


def said(found: QualityCounts | None) -> str:
    """The answer in a sentence."""
    if found is None:
        return "Linkage has not been judged yet."
    if found.pair_precision is None or found.pair_recall is None:
        return (
            f"There is no truth to judge by here. By the model's own reckoning, {found.expected_false_links:.1%} of "
            f"records are with the wrong person and {found.expected_missed_links:.1%} are missing from the right one."
        )
    return (
        f"Of every 1,000 pairs of records taken for one person, {1000 * found.pair_precision:.0f} are; of every 1,000 "
        f"pairs that are one person, {1000 * found.pair_recall:.0f} were found."
    )


def _cards(found: QualityCounts) -> list[Card]:
    cards = [Card("Records", words.count(found.records)), Card("People found", words.count(found.persons))]
    if found.pair_precision is not None and found.pair_recall is not None and found.cluster_f1 is not None:
        cards += [
            Card("Pairs that are right", f"{found.pair_precision:.1%}"),
            Card("Pairs that were found", f"{found.pair_recall:.1%}"),
            Card("Whole people right (F1)", f"{found.cluster_f1:.1%}"),
        ]
    return cards


def _perfect(facts: Facts) -> Grid:
    """What linkage errors cost, where the truth is known: at each action's best tier, and the perfect record."""
    best = {name: tier_of(point) for name in valued_actions(facts) if (point := best_point(facts, name))}
    rows = [
        [
            facts.action(row["action"]),
            "the perfect record" if row["baseline"] else words.tier_name(row["tier"]),
            words.pounds(row["net_value_gbp"]),
            words.pounds(row["perfect_linkage_gbp"]),
            words.pounds(row["lost_gbp"]),
            words.pounds_range(row["lost_low_gbp"], row["lost_high_gbp"]),
        ]
        for row in facts.rows("linkage_value")
        if row["baseline"] == "perfect_record" or row["tier"] == best.get(row["action"])
    ]
    heads = ["Action", "With", "As linked", "Without error", "Lost", "Likely between"]
    return Grid("What linkage errors cost, a year", heads, rows, words=2)

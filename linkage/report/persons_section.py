"""The linkage report's parts about the persons: errors by subgroup, shape, data sets, conflicts, unlinkable records."""

from collections.abc import Sequence

from linkage.evaluation.subgroups import COUNTED, EXPECTED, WHOLE, Rate
from linkage.report import page
from linkage.report.findings import NAMES, Findings
from linkage.report.page import Drawn, Row
from pages import svg


def subgroups(findings: Findings) -> str:
    """Error rates with their intervals; those that count are open, the others fold away."""
    behind = {(item.kind, item.subgroup, item.measure) for item in findings.behind}
    body = page.paragraph(
        "Falsely linked: most records of its person are somebody else's. Missed: most records of its true person are "
        "elsewhere. The upright line is the rate of everybody; red is behind by more than the policy allows."
    )
    for measure in (*COUNTED, *EXPECTED, "alone"):
        rates = [rate for rate in findings.rates if rate.measure == measure]
        if rates:
            shown = _rate_table(measure, rates, behind)
            is_main = measure in COUNTED or (measure in EXPECTED and findings.quality is None)
            body += shown if is_main else page.folded(f"Share of records {NAMES[measure]}", shown)
    return body


def _rate_table(measure: str, rates: Sequence[Rate], behind: set[tuple[str, str, str]]) -> str:
    whole = next((rate.value for rate in rates if rate.kind == WHOLE), 0.0)
    # people of whom a fact is unknown err most by far: they may run off the scale, their figure is beside it
    top = max((rate.value for rate in rates if rate.subgroup != "unknown"), default=0.0) * 1.25 or 1.0
    rows: list[Row] = [
        [
            rate.kind if rate.kind == WHOLE else f"{rate.kind} {rate.subgroup}",
            f"{rate.records:,}",
            f"{rate.value:.2%}",
            f"{rate.low:.2%} to {rate.high:.2%}",
            Drawn(
                svg.interval(
                    rate.value,
                    rate.low,
                    rate.high,
                    whole=whole,
                    top=top,
                    is_told=(rate.kind, rate.subgroup, measure) in behind,
                )
            ),
            "behind" if (rate.kind, rate.subgroup, measure) in behind else "",
        ]
        for rate in rates
    ]
    return page.table(f"Share of records {NAMES[measure]}", ["Subgroup", "Records", "Share", "Interval", "", ""], rows)


def shape(findings: Findings) -> str:
    """Sizes, density and bridges."""
    return (
        _bars(findings, "persons_of_size", "Records", "Persons by their number of records")
        + page.paragraph(
            "Density: of the pairs that a person's records can make, the share that was scored and kept. Persons of "
            "three records or more."
        )
        + _bars(findings, "persons_of_density", "Density", "Persons by density")
        + page.paragraph(
            f"A bridge is a pair whose removal would split its person: {findings.value('persons_with_a_bridge'):.2%} "
            f"of persons with three records or more have one, {findings.value('persons_held_by_one_pair'):.2%} of "
            "those with four or more have one with two records or more on either side. These are the first to doubt."
        )
    )


def _bars(findings: Findings, metric: str, head: str, caption: str) -> str:
    parts = findings.parts(metric)
    top = max((value for _, value, _ in parts), default=1.0)
    rows: list[Row] = [
        [subgroup, f"{value * (base or 0):,.0f}", f"{value:.2%}", Drawn(svg.bar(value, top=top))]
        for subgroup, value, base in parts
    ]
    return page.table(caption, [head, "Persons", "Share", ""], rows) if rows else ""


def datasets(findings: Findings) -> str:
    """Which data sets' people are found in which."""
    names = sorted({a for a, _ in findings.shared})
    share = {(a, b): persons / findings.shared[a, a] for (a, b), persons in findings.shared.items()}
    records = {rate.subgroup: rate.records for rate in findings.rates if rate.kind == "data set"}
    rows: list[Row] = [
        [
            name,
            f"{records.get(name, 0):,}",
            f"{findings.shared[name, name]:,}",
            f"{records.get(name, 0) / findings.shared[name, name]:.2f}",
        ]
        for name in names
    ]
    return page.heat_map(
        "Of the persons in the row's data set, the share that the column's has too", names, share
    ) + page.table("Persons in each data set", ["Data set", "Records", "Persons", "Records per person"], rows)


def conflicts(findings: Findings) -> str:
    """Persons told two values of what everybody has one of."""
    parts = findings.parts("persons_with_two")
    top = max((value for _, value, _ in parts), default=0.0) or 1.0
    rows: list[Row] = [
        [fact, f"{base or 0:,.0f}", f"{value * (base or 0):,.0f}", f"{value:.2%}", Drawn(svg.bar(value, top=top))]
        for fact, value, base in parts
    ]
    return page.table(
        "Persons of whom two records tell a fact, and tell it differently",
        ["Fact", "Persons", "Told two values", "Share", ""],
        rows,
    )


def unlinkable(findings: Findings) -> str:
    """Records that say too little."""
    if not findings.unlinkables:
        return ""
    top = max(item.share for item in findings.unlinkables) or 1.0
    rows: list[Row] = [
        [item.dataset, f"{item.records:,}", f"{item.share:.2%}", Drawn(svg.bar(item.share, top=top))]
        for item in findings.unlinkables
    ]
    return page.paragraph(
        "Records that say too little: even a perfect copy would score below the threshold. From a sample."
    ) + page.table("Share that cannot be linked", ["Data set", "Sampled", "Share", ""], rows)

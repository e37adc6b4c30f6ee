"""The linkage report's parts about the model: what each agreement weighs, and how made-up pairs are scored."""

from collections.abc import Sequence
from itertools import accumulate
from math import log2
from typing import Any

from linkage.report import page
from linkage.report.charts import MadeUp
from linkage.report.page import Drawn, Row
from pages import svg


def model_section(model: dict[str, Any]) -> str:
    """What each level of each comparison weighs, in bits."""
    levels = [
        (comparison["output_column_name"], level, log2(level["m_probability"] / level["u_probability"]))
        for comparison in model.get("comparisons", ())
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level") and level.get("m_probability") and level.get("u_probability")
    ]
    if not levels:
        return ""
    low, top = min(weight for *_, weight in levels), max(weight for *_, weight in levels)
    rows: list[Row] = [
        [
            f"{name}: {level['label_for_charts']}",
            f"{level['m_probability']:.4g}",
            f"{level['u_probability']:.4g}",
            f"{weight:+.1f}",
            Drawn(_signed(0, weight, low=low, top=top)),
        ]
        for name, level, weight in levels
    ]
    prior = model["probability_two_random_records_match"]
    return page.paragraph(
        f"Before anything is compared, one pair of records in {1 / prior:,.0f} is expected to be of one person. Each "
        "fact adds bits for or against: ten bits make a pair a thousand times likelier."
    ) + page.table(
        "What agreement and disagreement weigh",
        ["Comparison and level", "Share of true pairs", "Share of chance pairs", "Bits", ""],
        rows,
    )


def made_up_section(pairs: Sequence[MadeUp]) -> str:
    """Made-up pairs, step by step. No real person's record is among them."""
    if not pairs:
        return ""
    sums = [list(accumulate(weight for _, _, weight in pair.steps)) for pair in pairs]
    low, top = min(min(path) for path in sums), max(max(path) for path in sums)
    body = page.paragraph(
        "Invented people, without the adjustment for how common a value is. Bars start where the step before ended; "
        "the upright line is even odds."
    )
    for pair, path in zip(pairs, sums, strict=True):
        rows: list[Row] = [
            [
                f"{name}: {level}" if level else name,
                f"{weight:+.1f}",
                f"{end:+.1f}",
                Drawn(_signed(end - weight if at else 0, end, low=min(low, 0), top=max(top, 0))),
            ]
            for at, ((name, level, weight), end) in enumerate(zip(pair.steps, path, strict=True))
        ]
        body += page.table(f"{pair.name}: probability {pair.probability:.4f}", ["Step", "Bits", "So far", ""], rows)
    return body


def _signed(start: float, end: float, *, low: float, top: float) -> str:
    return svg.span(start, end, low=low, top=top, colour=svg.BLUE if end >= start else svg.RED)

"""Splink's charts as pages that need no network: match weights, waterfall of made-up pairs, unlinkable records.

No record of a real person reaches a chart: weights and shares only, and the waterfall's pairs are invented here.
"""

import re
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from linkage.engine import open_linker
from linkage.predict import SAME_WEIGHT
from linkage.prepare import Prepared, prepare_records
from settings.duck import connect
from settings.files import write_atomically

UNLINKABLES_SAMPLE = 50_000  # records; the chart shows shares, which no more records would move

# Invented pairs, each with what it shows: given name, family name, birth date, sex, postcode, UPRN, NHS number, phone.
MADE_UP_PAIRS = (
    (
        ("ELIZABETH", "SHAW", "1948-03-05", "F", "ZZ1 1AA", "1", "9000000009", "07000000001"),
        ("BETTY", "SHAW", "1948-05-03", "F", "ZZ1 1AA", "1", None, "07000000001"),
    ),
    (
        ("PRIYA", "PATEL", "1991-11-20", "F", "ZZ2 3BB", None, "9000000017", None),
        ("PRIYA", "HOLT", "1991-11-20", "F", "ZZ4 5CC", None, "9000000017", None),
    ),
    (  # twins
        ("AMIR", "KHAN", "2012-07-01", "M", "ZZ1 2DD", "2", "9000000025", None),
        ("AMIRA", "KHAN", "2012-07-01", "F", "ZZ1 2DD", "2", "9000000033", None),
    ),
    (  # parent and child of one name
        ("JOHN", "MARSH", "1960-01-15", "M", "ZZ6 1EE", "3", None, "07000000002"),
        ("JOHN", "MARSH", "1992-09-30", "M", "ZZ6 1EE", "3", None, None),
    ),
)

MADE_UP_NAMES = (
    "Elizabeth, called Betty, whose day and month were swapped",
    "Priya, who married, changed her name and moved",
    "Twins of alike names",
    "Parent and child of one name",
)


def write_charts(work: Any, prepared: Prepared, model: dict[str, Any], folder: Path) -> tuple[Path, ...]:
    """Write the charts of a trained `model` over table `record` to `folder`; return the pages' paths.

    With fewer than two records there is no model to show and nothing is written.
    """
    if prepared.records < 2 or not model["comparisons"]:
        return ()
    step = -(-prepared.records // UNLINKABLES_SAMPLE)
    work.execute(f"create or replace temp table record_sample as select * from record where record_no % {step} = 0")
    linker = open_linker(work, model, table="record_sample")
    return (
        _write(linker.visualisations.match_weights_chart(), folder / "match_weights.html", "Match weights"),
        _write(linker.evaluation.unlinkables_chart(), folder / "unlinkables.html", "Records that cannot be linked"),
        _write(_waterfall(model), folder / "waterfall_of_made_up_pairs.html", "How four made-up pairs are scored"),
    )


@dataclass(frozen=True)
class MadeUp:
    """A made-up pair's way to its score: (comparison, level, weight in bits), the prior first, and where it ends."""

    name: str
    steps: tuple[tuple[str, str, float], ...]
    probability: float


def made_up_pairs(model: dict[str, Any]) -> list[MadeUp]:
    """How the model scores the made-up pairs, in their order; empty without a trained model."""
    if not model.get("comparisons"):
        return []
    prior = model["probability_two_random_records_match"]
    start = ("before anything is compared", "", log2(prior / (1 - prior)))
    with connect() as work:
        _, scored = _score_made_up(work, model)
        rows = sorted(scored.as_record_list(), key=lambda row: row["record_no_l"])
    return [
        MadeUp(name, (start, *_steps(model, row)), row["match_probability"])
        for name, row in zip(MADE_UP_NAMES, rows, strict=True)
    ]


def _steps(model: dict[str, Any], row: dict[str, Any]) -> list[tuple[str, str, float]]:
    """What each comparison added; a level is known by its weight, as Splink keeps no more of it."""
    steps = []
    for comparison in model["comparisons"]:
        name = comparison["output_column_name"]
        for level in comparison["comparison_levels"]:
            if level.get("is_null_level"):
                continue
            weight = log2(level["m_probability"] / level["u_probability"])
            if abs(weight) >= SAME_WEIGHT and abs(row[f"mw_{name}"] - weight) < SAME_WEIGHT:
                steps.append((name, level["label_for_charts"], weight))
                break
    return steps


def _waterfall(model: dict[str, Any]) -> Any:
    """Splink's waterfall of the made-up pairs."""
    with connect() as work:
        linker, scored = _score_made_up(work, model)
        return linker.visualisations.waterfall_chart(
            sorted(scored.as_record_list(), key=lambda row: row["record_no_l"])
        )


def _score_made_up(work: Any, model: dict[str, Any]) -> tuple[Any, Any]:
    """Splink's linker and scores, without adjustments for how common a value is: eight records cannot tell."""
    plain = model | {
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_without_frequencies(comparison) for comparison in model["comparisons"]],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.dataset = r.dataset", "sql_dialect": "duckdb"}],
    }
    work.execute(_MADE_UP)
    for pair, records in enumerate(MADE_UP_PAIRS):
        for side, values in enumerate(records):
            row = [f"{pair}-{side}", f"pair {pair}", *values]
            work.execute(
                "insert into person_records values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, null, null)",
                row,
            )
    prepare_records(work, max_block_size=2, max_loose_block_size=2)
    linker = open_linker(work, plain)
    return linker, linker.inference.predict(warning_mode="never")


_MADE_UP = """
create table person_records (
    record_id varchar, dataset varchar, given_name varchar, family_name varchar, birth_date date, sex varchar,
    postcode varchar, uprn varchar, nhs_number varchar, phone varchar,
    address varchar, upn varchar, nino varchar, email varchar
)
"""


def _without_frequencies(comparison: dict[str, Any]) -> dict[str, Any]:
    levels = [
        {key: value for key, value in level.items() if not key.startswith("tf_")}
        for level in comparison["comparison_levels"]
    ]
    return comparison | {"comparison_levels": levels}


def _write(chart: Any, path: Path, title: str) -> Path:
    """Write `chart` with its libraries inside. Splink's random name for its place is fixed, so that bytes are equal."""
    page = re.sub(r"splink-chart-[0-9a-f]{32}", "chart", chart.to_html(inline=True))
    write_atomically(path, page.replace("<title>Splink chart</title>", f"<title>{title}</title>"))
    return path

"""Judges `policies/disclosure.csv` and `policies/tiers.csv`, which the warehouse's SQL reads as they are.

SQL would take an empty or misspelt value for nothing and go on. What is in force on a date is not decided here.
"""

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from settings.dated_settings import read_settings
from settings.dated_tables import is_amount
from settings.errors import RegionError
from sharing.region_yaml import Problem
from sharing.tiers import PLACE_LEVELS

FILE = "policies/disclosure.csv"
TIER_SETTINGS = ("event_current_days", "place_red_ratio", "place_amber_ratio")


def _whole(least: int) -> Callable[[str], bool]:
    return lambda text: text.isdigit() and int(text) >= least


def _share(most: float) -> Callable[[str], bool]:
    return lambda text: is_amount(text) and float(text) <= most


NEEDED: dict[str, tuple[Callable[[str], bool], str]] = {
    "level": (lambda text: text in PLACE_LEVELS, f"one of {', '.join(PLACE_LEVELS)}"),
    "threshold": (_whole(0), "a whole number"),
    "rounding": (_whole(1), "a whole number of 1 or more"),
    "minimum_for_measures": (_whole(1), "a whole number of 1 or more"),
    "dominance_people": (_whole(1), "a whole number of 1 or more"),
    "dominance_share": (_share(1), "a share from 0 to 1"),
    "zero_released": (lambda text: text.lower() in ("true", "false"), "true or false"),
}
"""Column -> what suits it, and how it is told. These must be in every line."""

OPTIONAL = {
    "left_out_share": (_share(0.5), "a share from 0 to 0.5, or empty"),
    "least_values": (_whole(1), "a whole number from 1 to the rounding, or empty"),
    "remembered_days": (_whole(0), "a whole number of days, or empty"),
}


def check_disclosure(policies: Path, *, as_of: date, datasets: Collection[str] | None = None) -> list[Problem]:
    """Problems of every line of the disclosure policy, by column, and levels without a rule on `as_of`.

    datasets: those of the region, where a line must not name another.
    """
    path = policies / "disclosure.csv"
    if not path.exists():
        return [Problem(FILE, 0, "is missing", "write it with the columns in docs/disclosure.md")]
    try:
        path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return [Problem(FILE, 0, "cannot be read", "write it in UTF-8")]
    problems: list[Problem] = []
    ruled: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        columns = table.fieldnames or []
        missing = [column for column in ("valid_from", *NEEDED) if column not in columns]
        if missing:
            problems.append(Problem(FILE, 1, f"has no column {' and '.join(missing)}", "see docs/disclosure.md"))
        for row in table:
            line = {column: (value or "").strip() for column, value in row.items() if column and value is not None}
            problems += _line(line, table.line_num, set(columns), datasets)
            if not line.get("dataset") and line.get("valid_from", "") <= as_of.isoformat():
                ruled.add(line.get("level", ""))
    if not missing:
        problems += [
            Problem(FILE, 0, f"has no line for {level} and all data sets on {as_of}", "add one: dataset empty")
            for level in PLACE_LEVELS
            if level not in ruled
        ]
    return problems


def _line(row: Mapping[str, str], number: int, columns: Collection[str], datasets: Any) -> Iterator[Problem]:
    wrong = set()
    for column, (suits, wanted) in (NEEDED | OPTIONAL).items():
        value = row.get(column, "")
        if column in columns and not suits(value) and (value or column in NEEDED):
            wrong.add(column)
            yield Problem(FILE, number, f"{column} is not {wanted}", "see docs/disclosure.md")
    dataset = row.get("dataset")
    if dataset and datasets is not None and dataset not in datasets:
        yield Problem(FILE, number, f"no data set '{dataset}'", "name one that has a contract, or none")
    if wrong & {"threshold", "rounding", "least_values"} or not {"threshold", "rounding"} <= {*columns}:
        return
    threshold, rounding = int(row["threshold"]), int(row["rounding"])
    if int(row.get("least_values") or 1) > rounding:
        remedy = "a rounded count has no more values than that"
        yield Problem(FILE, number, "least_values is not a whole number from 1 to the rounding", remedy)
    least = _rounded(threshold + 1, rounding)
    if threshold and least <= threshold:
        # the release would show a count that reads as one to be withheld
        what = f"a count of {threshold + 1} would be released as {least}, which is not above the threshold"
        fitting = threshold // rounding * rounding + (rounding + 1) // 2 - 1
        fitting = fitting if fitting > threshold else fitting + rounding
        yield Problem(FILE, number, what, f"raise the threshold to {fitting}, or choose another rounding")


def _rounded(count: int, rounding: int) -> int:
    """To the nearest multiple, halves up, as SQL does."""
    return (2 * count + rounding) // (2 * rounding) * rounding


def read_tier_settings(policies: Path, *, as_of: date | str) -> dict[str, float]:
    """What counts as current and how a place is rated, on `as_of`. Raises RegionError with every problem."""
    return read_settings(policies / "tiers.csv", TIER_SETTINGS, _positive, as_of=as_of)


def _positive(setting: str, text: str) -> float:
    if not is_amount(text) or not float(text):
        raise ValueError(f"{setting} is not a number above 0; see docs/tiers.md")
    return float(text)


def refuse_wrong_policies(policies: Path, *, as_of: date) -> None:
    """Raise RegionError with all that is wrong with both tables, before SQL reads them."""
    problems = [str(problem) for problem in check_disclosure(policies, as_of=as_of)]
    try:
        read_tier_settings(policies, as_of=as_of)
    except RegionError as error:
        heading = f"{error.heading}; " if error.heading.endswith("is missing") else ""
        problems += [heading + problem for problem in error.problems]
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in the policies of the tiers", problems)

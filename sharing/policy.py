"""The disclosure policy in force on a date, from `region/policies/disclosure.csv`.

The warehouse applies the policy in SQL; publication reads it again, independently, to audit the result.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settings.errors import RegionError


@dataclass(frozen=True)
class CountRule:
    """What may be told of a count: docs/disclosure.md. A column that the table has not is as if it were off."""

    threshold: int
    rounding: int = 1
    zero_released: bool = False
    left_out_share: float = 0.0
    least_values: int = 1


def rule_of(rules: Mapping[str, CountRule], level: str, dataset: str) -> CountRule | None:
    """The data set's own rule at the level, or the level's."""
    return rules.get(f"{level}/{dataset}") or rules.get(level)


def read_count_rules(folder: Path, *, as_of: date | str) -> dict[str, CountRule]:
    """Level -> the rule of its counts on `as_of`; `level/dataset` -> a data set's own.

    Raises RegionError that lists every line that cannot be read, and says so where no line is in force.
    """
    path = folder / "disclosure.csv"
    if not path.exists():
        raise RegionError("policies/disclosure.csv is missing", ["write it with valid_from, level and threshold"])
    problems: list[str] = []
    in_force: dict[str, tuple[date, CountRule]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=2):
            try:
                valid_from, rule = date.fromisoformat(line["valid_from"]), _rule(line)
                level = "/".join(filter(None, (line["level"], line.get("dataset"))))
            except (KeyError, TypeError, ValueError):
                problems.append(
                    f"line {number}: needs valid_from (2025-04-01), level and threshold (a whole number), "
                    "and a number or nothing in the other columns of numbers"
                )
                continue
            before = in_force.get(level)
            if valid_from <= date.fromisoformat(str(as_of)) and (before is None or before[0] <= valid_from):
                in_force[level] = (valid_from, rule)
    if not problems and not in_force:
        problems.append(f"no line is in force on {as_of}; add thresholds valid from then or before")
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in policies/disclosure.csv", problems)
    return {level: rule for level, (_, rule) in in_force.items()}


def _rule(line: Mapping[str, str]) -> CountRule:
    return CountRule(
        threshold=int(line["threshold"]),
        rounding=int(line.get("rounding") or 1),
        zero_released=(line.get("zero_released") or "").strip().lower() == "true",
        left_out_share=float(line.get("left_out_share") or 0),
        least_values=int(line.get("least_values") or 1),
    )

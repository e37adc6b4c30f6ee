"""What is checked of a data set: rules derived from its contract, then the rules its contract adds.

Only facts are made here; nothing is run and Great Expectations is not imported. Running is `validate.py`.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ingestion.contract import Column, Contract, QualityRule
from settings.errors import RegionError

BLOCKING, WARNING = "blocking", "warning"
ROW_COUNT, FRESHNESS = "row_count", "freshness"  # the rules on the whole extract
COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list", "column_set")


@dataclass(frozen=True)
class Rule:
    """One check. `name` suits a Dagster check; `arguments` are Great Expectations' own, as JSON values."""

    name: str
    expectation: str
    arguments: dict[str, Any]
    severity: str  # blocking | warning
    description: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the rule reads, as far as its arguments say."""
        named: list[str] = []
        for key in COLUMN_ARGUMENTS:
            value = self.arguments.get(key, ())
            named += [value] if isinstance(value, str) else list(value)
        return tuple(named)


def suite_for(contract: Contract, *, previous_rows: int | None = None) -> list[Rule]:
    """The data set's rules: row count, derived ones in column order, the contract's own, freshness.

    previous_rows: rows of the last good extract, None for the first. A rule that the contract writes for a column
    replaces the derived rule of the same expectation and column, so that a contract can relax or harden it. Names are
    the same whatever previous_rows. Raises RegionError that lists every rule whose column is not in the contract.
    """
    own = [_own(rule) for rule in contract.quality]
    _check_columns(contract, own)
    taken = {(rule.expectation, rule.arguments.get("column")) for rule in own}
    derived = [
        rule for rule in _derived(contract) if (rule.expectation, rule.arguments.get("column", object())) not in taken
    ]
    return _with_unique_names([*_row_count(contract, previous_rows), *_freshness(contract), *derived, *own])


def _row_count(contract: Contract, previous_rows: int | None) -> Iterator[Rule]:
    """Rows against the last good extract; a delta's size says nothing."""
    if contract.delivery == "snapshot":
        fall = contract.row_count_fall_tolerance
        minimum = max(1, math.ceil((previous_rows or 0) * (1 - fall)))
        against = f"rows may fall by {fall:.0%} against the last good extract ({previous_rows or 'none yet'})"
        yield Rule(ROW_COUNT, "expect_table_row_count_to_be_between", {"min_value": minimum}, BLOCKING, against)


def _freshness(contract: Contract) -> Iterator[Rule]:
    """Age of the extract against frequency and latency; not Great Expectations', which sees no dates of extracts."""
    if contract.frequency_days is not None:
        days = contract.frequency_days + (contract.latency_days or 0.0)
        yield Rule(FRESHNESS, FRESHNESS, {"max_age_days": days}, WARNING, f"the extract is at most {days:g} day(s) old")


def suite_digest(rules: Iterable[Rule]) -> str:
    """Digest that changes when any rule does."""
    return hashlib.sha256(json.dumps([asdict(rule) for rule in rules], sort_keys=True).encode()).hexdigest()


def _derived(contract: Contract) -> Iterator[Rule]:
    if contract.delivery == "snapshot":
        if len(contract.key) > 1:
            arguments = {"column_list": list(contract.key), "ignore_row_if": "never"}
            described = f"{', '.join(contract.key)} together identify one record"
            yield Rule("key_unique", "expect_compound_columns_to_be_unique", arguments, BLOCKING, described)
        for column in contract.columns:
            if column.unique or contract.key == (column.name,):
                yield _rule(column, "unique", "expect_column_values_to_be_unique", {}, "never repeats")
    for column in contract.columns:
        yield from _column_rules(column)


def _column_rules(column: Column) -> Iterator[Rule]:
    if column.required or column.key:
        yield _rule(column, "not_null", "expect_column_values_to_not_be_null", {}, "is never empty")
    bounds = {
        key: _bound(column, value)
        for key, value in (("min_value", column.minimum), ("max_value", column.maximum))
        if value is not None
    }
    if bounds:
        described = " and ".join(f"{'at least' if key == 'min_value' else 'at most'} {v}" for key, v in bounds.items())
        yield _rule(column, "range", "expect_column_values_to_be_between", bounds, f"is {described}")
    codes = column.measure.codes if column.measure else {}
    if column.allowed:
        values: dict[str, Any] = {"value_set": _typed(column, column.allowed)}
        yield _rule(column, "allowed", "expect_column_values_to_be_in_set", values, "is in the closed list")
    elif codes and column.logical_type in ("string", "integer"):
        values = {"value_set": _typed(column, codes)}
        yield _rule(column, "code_list", "expect_column_values_to_be_in_set", values, "is in the code list", WARNING)
    if column.pattern:
        arguments = {"regex": f"^(?:{column.pattern})$"}
        yield _rule(column, "pattern", "expect_column_values_to_match_regex", arguments, "matches its pattern")
    if column.max_length is not None:
        limit = {"max_value": column.max_length}
        described = f"has at most {column.max_length} characters"
        yield _rule(column, "length", "expect_column_value_lengths_to_be_between", limit, described)


def _rule(
    column: Column, suffix: str, expectation: str, arguments: dict[str, Any], says: str, severity: str = BLOCKING
) -> Rule:
    arguments = {"column": column.name, **arguments}
    return Rule(f"{column.name}_{suffix}", expectation, arguments, severity, f"{column.name} {says}")


def _bound(column: Column, value: str) -> Any:
    if column.logical_type in ("integer", "number"):
        return float(value) if column.logical_type == "number" or "." in value else int(value)
    return value


def _typed(column: Column, values: Iterable[str]) -> list[Any]:
    return [int(value) for value in values] if column.logical_type == "integer" else list(values)


def _own(rule: QualityRule) -> Rule:
    name = re.sub(r"[^a-z0-9]+", "_", rule.name.lower()).strip("_") or rule.expectation
    return Rule(name, rule.expectation, dict(rule.arguments), rule.severity, rule.name)


def _check_columns(contract: Contract, rules: Iterable[Rule]) -> None:
    known = {column.name for column in contract.columns}
    problems = [
        f"{contract.dataset}: quality rule '{rule.description}': there is no column '{name}'; name one of the"
        " contract's columns (its name, not its header)"
        for rule in rules
        for name in rule.columns
        if name not in known
    ]
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in the quality rules of {contract.dataset}", problems)


def _with_unique_names(rules: Iterable[Rule]) -> list[Rule]:
    seen: dict[str, int] = {}
    result = []
    for rule in rules:
        seen[rule.name] = seen.get(rule.name, 0) + 1
        name = rule.name if seen[rule.name] == 1 else f"{rule.name}_{seen[rule.name]}"
        result.append(Rule(name, rule.expectation, rule.arguments, rule.severity, rule.description))
    return result

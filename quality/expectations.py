"""Runs rules on a frame with Great Expectations and keeps counts only.

The one module that imports Great Expectations (seconds, so inside the functions), with its analytics off. No message
of its own reaches a log or an error, since such messages may quote a row's value.
"""

import contextlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingestion.contract import Contract
from ingestion.typing_sql import SQL_TYPES
from quality.suite import FRESHNESS, Rule, suite_for
from settings.duck import connect, identifier, quoted
from settings.errors import RegionError

# Counts without a list of the unexpected values: BASIC would add the first twenty.
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


SPECIMENS = {
    "string": "specimen",
    "integer": "1",
    "number": "1.5",
    "boolean": "true",
    "date": "2001-11-23",
    "timestamp": "2001-11-23 04:05:06",
}


@dataclass(frozen=True)
class Counts:
    """What one rule found. evaluated: rows looked at; unexpected: rows against the rule. None where it has none."""

    passed: bool
    evaluated: int | None
    unexpected: int | None


def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # 1.24 has no analytics; earlier and later releases may
    import great_expectations

    for name in ("great_expectations", "great_expectations.data_context.types.base"):  # the second sets its own level
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return great_expectations


def expectations_for(dataset: str, rules: Sequence[Rule], timed: frozenset[str] = frozenset()) -> list[Any]:
    """Great Expectations' objects for the rules, in their order.

    timed: names of columns that hold dates or times, whose bounds are written as ISO text. Raises RegionError that
    lists every rule with an unknown expectation or with arguments that it does not take.
    """
    _great_expectations()
    from great_expectations.compatibility import pydantic
    from great_expectations.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.registry import get_expectation_impl

    made, problems = [], []
    for rule in rules:
        where = f"{dataset}: quality rule '{rule.description}'"
        try:
            made.append(get_expectation_impl(rule.expectation)(**_typed(rule, timed)))
        except ExpectationNotFoundError:
            problems.append(
                f"{where}: there is no expectation '{rule.expectation}'; use one of Great Expectations' names,"
                " such as expect_column_values_to_be_between"
            )
        except (pydantic.ValidationError, ValueError, TypeError) as error:
            fields = error.errors() if isinstance(error, pydantic.ValidationError) else []
            named = ", ".join(sorted({str(item["loc"][0]) for item in fields})) or "its arguments"
            problems.append(f"{where}: {rule.expectation} does not take {named} as written; correct kwargs")
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in the quality rules of {dataset}", problems)
    return made


def problems_of(contract: Contract) -> list[str]:
    """Every problem of the contract's quality rules that shows without data: names, arguments, columns, types.

    The rules are run on one made-up row of the contract's types. Takes seconds, because Great Expectations is imported.
    """
    try:
        rules = [rule for rule in suite_for(contract) if rule.name != FRESHNESS]
        run(contract.dataset, rules, _specimen(contract), times_of(contract))
    except RegionError as error:
        return list(error.problems)
    return []


def times_of(contract: Contract) -> frozenset[str]:
    """Names of the columns that hold dates or times."""
    return frozenset(column.name for column in contract.columns if column.logical_type in ("date", "timestamp"))


def _specimen(contract: Contract) -> Any:
    values = ", ".join(
        f"cast({quoted(SPECIMENS[kind])} as {SQL_TYPES[kind]}) as {identifier(name)}"
        for name, kind in ((column.name, column.logical_type) for column in contract.columns)
    )
    with connect() as connection:
        return connection.execute(f"select {values}").df()


def run(dataset: str, rules: Sequence[Rule], frame: Any, timed: frozenset[str] = frozenset()) -> list[Counts]:
    """Run the rules on a pandas frame; one Counts per rule, in order.

    Raises RegionError for a rule that cannot be run on its column (a pattern on a number, a wrong regular
    expression), without what the column holds.
    """
    gx = _great_expectations()
    expectations = expectations_for(dataset, rules, timed)
    if not expectations:
        return []
    context = gx.get_context(mode="ephemeral")
    _no_progress_bars(context)
    asset = context.data_sources.add_pandas("snapshots").add_dataframe_asset(dataset)
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": _in_nanoseconds(frame, timed)})
    # The order in which results come back is not promised, so each rule carries its place.
    for place, expectation in enumerate(expectations):
        expectation.meta = {"place": place}
    suite = gx.ExpectationSuite(name=dataset, expectations=expectations)
    results = batch.validate(suite, result_format=COUNTS_ONLY).results
    by_place = {result.expectation_config.meta["place"]: result for result in results}
    failures = [
        f"{dataset}: quality rule '{rule.description}': {rule.expectation} could not be run; check that it suits the"
        " column's type and that its arguments are right"
        for place, rule in enumerate(rules)
        if _raised(by_place[place].exception_info)
    ]
    if failures:
        raise RegionError(f"{len(failures)} problem(s) in the quality rules of {dataset}", failures)
    return [_counts(by_place[place]) for place in range(len(rules))]


def _in_nanoseconds(frame: Any, timed: frozenset[str]) -> Any:
    """The frame with its times in the one unit that Great Expectations compares as a whole column, not cell by cell.

    A column with a year that the unit can't hold (before 1677, after 2262) stays as it is, and is slower.
    """
    import pandas

    for name in sorted(timed & set(frame.columns)):
        with contextlib.suppress(pandas.errors.OutOfBoundsDatetime):
            frame[name] = frame[name].astype("datetime64[ns]")
    return frame


def _no_progress_bars(context: Any) -> None:
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context.variables.progress_bars = ProgressBarsConfig(globally=False)


def _typed(rule: Rule, timed: frozenset[str]) -> dict[str, Any]:
    arguments = dict(rule.arguments)
    if arguments.get("column") in timed:
        import pandas

        for key in ("min_value", "max_value"):
            if isinstance(arguments.get(key), str | date):
                arguments[key] = pandas.Timestamp(str(arguments[key])).to_pydatetime()
    return arguments


def _raised(exception_info: dict[str, Any]) -> bool:
    """Great Expectations gives one flat record, or one per metric that failed."""
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(item.get("raised_exception") for item in exception_info.values())


def _counts(result: Any) -> Counts:
    """Counts only: an observed value may be a row's own, so it is left behind."""
    found = result.result or {}
    return Counts(bool(result.success), found.get("element_count"), found.get("unexpected_count"))

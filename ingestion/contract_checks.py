"""What can be told wrong in a contract without a row of data: patterns, dates, bounds, conditions, contradictions.

Reading the YAML is `contract_reader.py`; the rules that Great Expectations runs are judged by
`quality.expectations.problems_of`.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from ingestion.contract import DELIVERIES, SUBJECTS, Column, Contract, DeliveryFormat
from ingestion.typing_sql import SQL_TYPES
from settings.duck import connect, identifier, quoted

RESERVED_COLUMNS = ("record_id", "row_number", "extract_date", "dataset", "rag", "status", "is_deleted")
RESERVED_DATASETS = ("latest_extract",)
COUNTS_OF_ROWS = ("header_rows", "preamble_rows", "instruction_rows", "footer_rows")
A_DAY = datetime(2001, 11, 23, 4, 5, 6)


def problems_of(contract: Contract) -> list[str]:
    """Every problem of `contract` that shows without data, each with what to write instead. Reads no file."""
    found = [*_names(contract), *_facts(contract), *_delivery(contract.format)]
    for column in contract.columns:
        found += _column(column)
    return found or list(_sql(contract))  # SQL can be tried only on sound names and types


def _names(contract: Contract) -> Iterator[str]:
    if not contract.dataset.isidentifier() or contract.dataset != contract.dataset.lower():
        yield "name: use lower case letters, digits and underscores; it becomes a table name"
    if contract.dataset in RESERVED_DATASETS:
        yield f"name: '{contract.dataset}' is reserved; call the data set otherwise"
    names = [column.name for column in contract.columns]
    for what, values in (
        ("column name", names),
        ("column header", [column.header for column in contract.columns]),
        ("identity role", [column.identity for column in contract.columns if column.identity]),
        ("period role", [column.period for column in contract.columns if column.period]),
    ):
        repeated = sorted(str(value) for value, times in Counter(values).items() if times > 1)
        yield from (f"schema: {what} '{value}' is used twice" for value in repeated)
    yield from (f"schema: column name '{name}' is reserved" for name in names if name in RESERVED_COLUMNS)


def _facts(contract: Contract) -> Iterator[str]:
    yield from _one_of("customProperties: subject", contract.subject, SUBJECTS)
    yield from _one_of("customProperties: delivery", contract.delivery, DELIVERIES)
    if not contract.key:
        yield "schema: no column has primaryKey: true; a record needs a key"
    if contract.delivery == "delta" and not contract.deletion_column:
        yield "customProperties: a delta states how it flags a deletion (deletion: column, value)"
    if contract.deletion_column and contract.deletion_column not in {column.name for column in contract.columns}:
        yield f"deletion: there is no column '{contract.deletion_column}'"
    if contract.subject == "premises" and "uprn" not in contract.identity:
        yield "schema: a premises data set has a column with identity: uprn"
    if contract.subject == "ward" and not any(column.place == "ward_code" for column in contract.columns):
        yield "schema: a ward data set has a column with place: ward_code"
    for name, share in (
        ("rejectedShare", contract.rejected_share_tolerance),
        ("rowCountFall", contract.row_count_fall_tolerance),
    ):
        if not 0 <= share <= 1:
            yield f"tolerance: {name} is {share:g}; write a share from 0 to 1"


def _delivery(layout: DeliveryFormat) -> Iterator[str]:
    pattern = PurePosixPath(layout.pattern)
    if layout.pattern.count("{date}") != 1 or "{date}" not in pattern.name:
        yield "deliveryFormat: pattern contains {date} exactly once, in the file's name"
    if pattern.is_absolute() or ".." in pattern.parts:
        yield "deliveryFormat: pattern is a path below the landing folder, without a leading / and without .."
    yield from _one_of("deliveryFormat: compression", layout.compression, (None, "gzip"))
    yield from _one_of("deliveryFormat: extraColumns", layout.extra_columns, ("refuse", "ignore"))
    try:
        codecs.lookup(str(layout.encoding))
    except LookupError:
        yield f"deliveryFormat: encoding '{layout.encoding}' is unknown; use a Python codec name such as cp1252"
    for name in COUNTS_OF_ROWS:
        rows = getattr(layout, name)
        if not isinstance(rows, int) or isinstance(rows, bool) or rows < 0:
            yield f"deliveryFormat: {name} is '{rows}'; write a whole number of rows, 0 or more"
    if not layout.delimiter or layout.delimiter == layout.quote:
        yield "deliveryFormat: delimiter is a character, and another one than quote"
    if layout.decimal not in (".", ",") or layout.decimal == layout.thousands:
        yield "deliveryFormat: decimal is '.' or ',', and another character than thousands"
    if layout.footer_pattern is not None:
        yield from _regex("deliveryFormat: footerPattern", layout.footer_pattern)
    yield from _date_format("deliveryFormat: dateInName", layout.date_in_name)
    yield from _date_format("deliveryFormat: dateFormat", layout.date_format)
    yield from _date_format("deliveryFormat: timestampFormat", layout.timestamp_format)


def _one_of(what: str, value: str | None, allowed: Sequence[str | None]) -> Iterator[str]:
    if value not in allowed:
        yield f"{what} is '{value}'; use one of {', '.join(item for item in allowed if item)}"


def _regex(what: str, pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"{what}: '{pattern}' is no regular expression ({error}); mend it"


def _date_format(what: str, written: str) -> Iterator[str]:
    """A format must give back the year that it wrote; a year of two digits would turn 1950 into 2050."""
    if "%y" in written or "%D" in written:
        yield f"{what} is '{written}': a year of two digits says no century; ask the partner for %Y"
        return
    try:
        back = datetime.strptime(A_DAY.strftime(written), written)
    except ValueError:
        back = datetime.min
    if back.year != A_DAY.year:
        yield f"{what} is '{written}', which holds no year; write it with strptime codes, as %d/%m/%Y"


def _column(column: Column) -> Iterator[str]:
    where = f"schema: column '{column.name}'"
    if column.date_format is not None:
        yield from _date_format(f"{where}: dateFormat", column.date_format)
    if column.pattern is not None:
        yield from _regex(f"{where}: pattern", column.pattern)
    if column.max_length is not None and column.max_length < 1:
        yield f"{where}: maxLength is {column.max_length}; write 1 or more"
    if column.measure and list(column.measure.bands) != sorted(set(column.measure.bands)):
        yield f"{where}: bands are lower bounds that rise; sort them and leave each once"


def _sql(contract: Contract) -> Iterator[str]:
    """Patterns (RE2), bounds and rating conditions, tried by DuckDB on a table with no row."""
    import duckdb

    columns = ", ".join(f"{identifier(column.name)} {SQL_TYPES[column.logical_type]}" for column in contract.columns)
    with connect() as connection:
        connection.execute(f"create temp table sample ({columns})")
        for what, query in _trials(contract):
            try:
                connection.execute(query).fetchall()
            except duckdb.Error as error:
                reason = str(error).splitlines()[0].removeprefix(f"{type(error).__name__}: ")
                yield f"{what}: {reason}"


def _trials(contract: Contract) -> Iterator[tuple[str, str]]:
    for column in contract.columns:
        where = f"schema: column '{column.name}'"
        if column.pattern is not None:
            yield f"{where}: pattern is no RE2 expression", f"select regexp_full_match('', {quoted(column.pattern)})"
        bounds = {"minimum": column.minimum, "maximum": column.maximum}
        typed = {
            name: f"cast({quoted(value)} as {SQL_TYPES[column.logical_type]})"
            for name, value in bounds.items()
            if value is not None
        }
        for name, value in typed.items():
            yield f"{where}: {name} is no {column.logical_type}", f"select {value}"
        if len(typed) == 2:
            wrong = "error('the minimum is above the maximum; swap them')"
            yield where, f"select case when {typed['minimum']} > {typed['maximum']} then {wrong} end"
    for colour, conditions in (("red", contract.rag_red), ("amber", contract.rag_amber)):
        for condition in conditions:
            yield (
                f"rag: {colour} condition '{condition}' cannot be judged over the columns' names",
                f"select count(*) filter (where cast(({condition}) as boolean)) from sample",
            )

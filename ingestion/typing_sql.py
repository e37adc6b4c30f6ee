"""SQL that turns one cell into a typed value, or null where the contract's writing is not met.

Nothing is guessed: a number with the wrong decimal mark and a date in another order become null, which the rule
`type` then reports. Which rules apply is `typing_rules.py`.
"""

import re

from ingestion.contract import Column, DeliveryFormat
from settings.duck import quoted

SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
SPACES = " \t\r\n\u00a0"
EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
LAST_SERIAL = 2_958_465  # 31 December 9999
FIRST_YEAR = 1000  # a four-digit year below this is a two-digit year read as four
WRITTEN_KINDS = ("text", "json", "xlsx", "xlsx1904")


def text_sql(cell: str, kind: str, layout: DeliveryFormat) -> str:
    """The cell trimmed, and null where it is empty or one of the contract's null values; other kinds as they are."""
    if kind not in WRITTEN_KINDS:
        return f"case when isnan({cell}) then null else {cell} end" if kind in ("FLOAT", "DOUBLE") else cell
    trimmed = trimmed_sql(cell)
    nulls = sorted({"", *layout.null_values})
    if nulls == [""]:
        return f"nullif({trimmed}, '')"
    return f"case when {trimmed} in ({', '.join(map(quoted, nulls))}) then null else {trimmed} end"


def trimmed_sql(text: str) -> str:
    """`text` without spaces around it. DuckDB's trim is dear, so it is called only where there is one to take off."""
    ends = " or ".join(f"suffix({text}, {quoted(space)})" for space in SPACES)
    may_have = f"{text} < '!' or prefix({text}, {quoted(SPACES[-1])}) or {ends}"
    return f"case when {may_have} then trim({text}, {quoted(SPACES)}) else {text} end"


def value_sql(text: str, kind: str, column: Column, layout: DeliveryFormat) -> str:
    """The typed value of `text` (as `text_sql` left it), or null where it is not written as the contract says."""
    if kind not in WRITTEN_KINDS:
        return _native(text, kind, column, layout)
    maker = {"string": _string, "integer": _integer, "number": _number, "boolean": _boolean}.get(column.logical_type)
    if maker is not None:
        return maker(text, kind, layout)
    return _moment(text, kind, column, layout)


def written(column: Column, layout: DeliveryFormat) -> str:
    """How a value of `column` is to be written, in words for a message."""
    kind = column.logical_type
    if kind in ("date", "timestamp"):
        return f"a {kind} written {_moment_format(column, layout)}"
    if kind == "boolean":
        return f"one of {', '.join((*layout.true_values, *layout.false_values))}"
    if kind in ("integer", "number"):
        thousands = f" and {layout.thousands!r} between thousands" if layout.thousands else ""
        decimal = f" with {layout.decimal!r} as decimal mark{thousands}" if kind == "number" else thousands
        return f"{'a whole number' if kind == 'integer' else 'a number'}{decimal}"
    return "text"


def _string(text: str, kind: str, layout: DeliveryFormat) -> str:
    if not kind.startswith("xlsx"):
        return text
    errors = ", ".join(map(quoted, EXCEL_ERRORS))
    too_long = f"regexp_full_match({text}, '[0-9](\\.[0-9]+)?[eE]\\+[0-9]+')"  # a number that lost its last digits
    return f"case when {text} in ({errors}) or {too_long} then null else {text} end"


def _digits(layout: DeliveryFormat) -> str:
    if not layout.thousands:
        return "[0-9]+"
    return f"([0-9]+|[0-9]{{1,3}}({re.escape(layout.thousands)}[0-9]{{3}})+)"


def _plain(text: str, layout: DeliveryFormat) -> str:
    if layout.thousands:
        text = f"replace({text}, {quoted(layout.thousands)}, '')"
    return text if layout.decimal == "." else f"replace({text}, {quoted(layout.decimal)}, '.')"


def _integer(text: str, kind: str, layout: DeliveryFormat) -> str:
    pattern = f"[+-]?{_digits(layout)}({re.escape(layout.decimal)}0+)?"
    value = f"try_cast(split_part({_plain(text, layout)}, '.', 1) as bigint)"
    own = f"case when regexp_full_match({text}, {quoted(pattern)}) then {value} end"
    if kind == "text" or layout.decimal == ".":
        return own
    return f"coalesce(case when regexp_full_match({text}, '[+-]?[0-9]+') then try_cast({text} as bigint) end, {own})"


def _number(text: str, kind: str, layout: DeliveryFormat) -> str:
    mark = re.escape(layout.decimal)
    pattern = f"[+-]?({_digits(layout)}({mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]+)?"
    value = _finite(f"try_cast({_plain(text, layout)} as double)")
    own = f"case when regexp_full_match({text}, {quoted(pattern)}) then {value} end"
    if kind == "text" or layout.decimal == ".":
        return own
    machine = "[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?"
    return f"coalesce(case when regexp_full_match({text}, '{machine}') then try_cast({text} as double) end, {own})"


def _finite(number: str) -> str:
    """`number`, or null where it is too large for a double (1e400) or none at all."""
    return f"case when isfinite({number}) then {number} end"


def _boolean(text: str, kind: str, layout: DeliveryFormat) -> str:
    true, false = set(map(str.lower, layout.true_values)), set(map(str.lower, layout.false_values))
    if kind == "json":
        true, false = true | {"true"}, false | {"false"}
    if kind.startswith("xlsx"):
        true, false = true | {"1"}, false | {"0"}
    listed = [", ".join(map(quoted, sorted(values))) for values in (true, false)]
    return f"case when lower({text}) in ({listed[0]}) then true when lower({text}) in ({listed[1]}) then false end"


def _moment_format(column: Column, layout: DeliveryFormat) -> str:
    return column.date_format or (layout.date_format if column.logical_type == "date" else layout.timestamp_format)


def _moment(text: str, kind: str, column: Column, layout: DeliveryFormat) -> str:
    written_as = _moment_format(column, layout)
    is_date = column.logical_type == "date"
    value = f"try_strptime({text}, {quoted(written_as)})"
    if "%Y" in written_as:
        value = f"case when year({value}) >= {FIRST_YEAR} then {value} end"
    own = f"cast({value} as {SQL_TYPES[column.logical_type]})"
    if not kind.startswith("xlsx"):
        return own
    return f"coalesce({_serial(text, is_date=is_date, is_1904=kind == 'xlsx1904')}, {own})"


def _serial(text: str, *, is_date: bool, is_1904: bool) -> str:
    """An Excel serial as a moment. In the 1900 system day 60 (29 February 1900) never was."""
    day = f"try_cast(split_part({text}, '.', 1) as integer)"
    if is_1904:
        base = "date '1904-01-01'"
    else:
        base = f"(case when {day} < 60 then date '1899-12-31' else date '1899-12-30' end)"
    pattern = r"[0-9]{1,7}(\.0+)?" if is_date else r"[0-9]{1,7}(\.[0-9]+)?([eE]-?[0-9]+)?"
    moment = f"{base} + {day}"
    if not is_date:
        seconds = f"cast(round((try_cast({text} as double) - {day}) * 86400) as bigint)"
        moment = f"cast({moment} as timestamp) + to_seconds({seconds})"
    return (
        f"case when regexp_full_match({text}, {quoted(pattern)}) and {day} between 1 and {LAST_SERIAL} "
        f"then {moment} end"
    )


def _native(value: str, kind: str, column: Column, layout: DeliveryFormat) -> str:
    """A typed source's value (Parquet) as the contract's type, where nothing is lost."""
    target = SQL_TYPES[column.logical_type]
    if column.logical_type == "integer":
        is_whole = f"{value} = floor({value})" if kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL") else "true"
        return f"case when {is_whole} then try_cast({value} as bigint) end"
    if column.logical_type == "number":
        return _finite(f"try_cast({value} as double)")
    if column.logical_type == "boolean" and kind != "BOOLEAN":
        return _boolean(f"cast({value} as varchar)", "text", layout)
    if column.logical_type == "date" and kind.startswith("TIMESTAMP"):
        return f"case when {value} = date_trunc('day', {value}) then cast({value} as date) end"
    return f"cast({value} as {target})"

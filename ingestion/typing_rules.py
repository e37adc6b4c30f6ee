"""The rules that a contract puts on its rows, and the tables of typed rows and of what failed.

Reading a file is the readers' part, keeping the result is `ingest.py`'s. A reject says row number, column and rule,
never a value.
"""

from dataclasses import dataclass
from typing import Any

from ingestion.contract import Column, Contract
from ingestion.headers import tidy
from ingestion.loaded import FIELD_COUNT, NOT_JSON, RAW, SWALLOWED, ZERO_BYTE, Loaded
from ingestion.typing_sql import SQL_TYPES, text_sql, value_sql, written
from settings.duck import identifier, quoted

TYPED = "typed_rows"  # row_number, typed columns, is_deleted, failed (ids of rules, or null)
REJECTS = "reject_rows"  # row_number, column_name, rule, message
WIDE = 100  # columns, from which DuckDB's search for common expressions takes longer than what it saves
STRUCTURES = {
    FIELD_COUNT: (FIELD_COUNT, "the row has more or fewer fields than the header"),
    SWALLOWED: (FIELD_COUNT, "a quoted value holds a whole line; a quotation mark is probably not closed"),
    NOT_JSON: ("json", "the line is not one JSON object with plain values and each name once"),
    ZERO_BYTE: ("type", "a text holds a zero byte, which no text has"),
}
REPEATED_HEADER = "expected data, found the header again; were two files joined?"
BYTE_ORDER_MARK = "\ufeff"  # stands before the header of a file that was joined to another


@dataclass(frozen=True)
class Rule:
    """One condition under which a row is rejected."""

    column: str | None
    rule: str
    message: str
    sql: str  # true: the row fails. t<i> is the cell's text, v<i> its typed value


def snapshot_columns(contract: Contract) -> dict[str, str]:
    """Column name -> SQL type of a snapshot, in order."""
    columns = {column.name: SQL_TYPES[column.logical_type] for column in contract.columns} | {"row_number": "BIGINT"}
    return columns | ({"is_deleted": "BOOLEAN"} if contract.delivery == "delta" else {})


def rules_of(contract: Contract, kinds: dict[str, str]) -> list[Rule]:
    """The rules on one row by itself, in the order of the columns."""
    rules = [Rule(None, rule, message, f"structure = '{name}'") for name, (rule, message) in STRUCTURES.items()]
    # one column alone may well hold its own name
    if len(kinds) > 1 and set(kinds.values()) == {"text"} and contract.format.header_rows == 1:
        again = " and ".join(_is_header(f"t{index}", column) for index, column in enumerate(contract.columns))
        rules.append(Rule(None, "repeated_header", REPEATED_HEADER, again))
    for index, column in enumerate(contract.columns):
        is_spared = contract.delivery == "delta" and not column.key and column.name != contract.deletion_column
        guard = "structure is null and not is_deleted" if is_spared else "structure is null"
        rules += [
            Rule(column.name, rule, message, f"{guard} and ({condition})")
            for rule, message, condition in _conditions(column, f"t{index}", f"v{index}", contract, kinds[column.name])
        ]
    return rules


def _is_header(text: str, column: Column) -> str:
    return f"ltrim({text}, {quoted(BYTE_ORDER_MARK)}) = {quoted(tidy(column.header))}"


def _conditions(column: Column, t: str, v: str, contract: Contract, kind: str) -> list[tuple[str, str, str]]:
    found = []
    if column.logical_type != "string" or kind.startswith("xlsx"):
        found.append(("type", f"expected {written(column, contract.format)}", f"{t} is not null and {v} is null"))
    if column.required or column.key:
        found.append(("required", "expected a value", f"{t} is null"))
    text = v if column.logical_type == "string" else f"cast({t} as varchar)"
    if column.pattern:
        found.append(
            (
                "pattern",
                f"expected the pattern {column.pattern}",
                f"not regexp_full_match({text}, {quoted(column.pattern)})",
            )
        )
    if column.minimum is not None:
        found.append(("minimum", f"expected {column.minimum} or more", f"{v} < {_bound(column, column.minimum)}"))
    if column.maximum is not None:
        found.append(("maximum", f"expected {column.maximum} or less", f"{v} > {_bound(column, column.maximum)}"))
    if column.max_length is not None:
        found.append(
            ("max_length", f"expected {column.max_length} characters or fewer", f"length({text}) > {column.max_length}")
        )
    if column.allowed:
        listed = ", ".join(map(quoted, column.allowed))
        found.append(("allowed", "expected one of the values that the contract lists", f"{text} not in ({listed})"))
    return found


def _bound(column: Column, bound: str) -> str:
    return f"cast({quoted(bound)} as {SQL_TYPES[column.logical_type]})"


def apply_rules(connection: Any, contract: Contract, loaded: Loaded) -> None:
    """From the table RAW make TYPED and REJECTS. Every row that is not blank is in TYPED."""
    rules = rules_of(contract, loaded.kinds)
    if len(contract.columns) > WIDE:
        connection.execute("set disabled_optimizers = 'common_subexpressions'")
    connection.execute(_typed_statement(contract, loaded, rules))
    listed = ", ".join(
        f"({index}, {_literal(rule.column)}, {quoted(rule.rule)}, {quoted(rule.message)})"
        for index, rule in enumerate(rules)
    )
    connection.execute(f"""
        create or replace temp table {REJECTS} as
        select f.row_number, r.column_name, r.rule, r.message
        from (select row_number, unnest(failed) as id from {TYPED} where failed is not null) as f
        join (values {listed}) as r (id, column_name, rule, message) on f.id = r.id""")
    _reject_repeated_keys(connection, contract)
    for column in contract.columns:
        if column.unique and contract.key != (column.name,):
            _reject_repeated_values(connection, contract, column)


def _literal(text: str | None) -> str:
    return "cast(null as varchar)" if text is None else quoted(text)


def _typed_statement(contract: Contract, loaded: Loaded, rules: list[Rule]) -> str:
    layout = contract.format
    texts, values, names = [], [], []
    for index, column in enumerate(contract.columns):
        kind = loaded.kinds[column.name]
        texts.append(f"{text_sql(loaded.cells[column.name], kind, layout)} as t{index}")
        values.append(f"{value_sql(f't{index}', kind, column, layout)} as v{index}")
        names.append(f"v{index} as {identifier(column.name)}")
    deleted = "false"
    if contract.delivery == "delta" and contract.deletion_column is not None:
        index = [column.name for column in contract.columns].index(contract.deletion_column)
        deleted = f"coalesce(cast(t{index} as varchar) = {quoted(str(contract.deletion_value))}, false)"
    any_failed = " or ".join(f"coalesce({rule.sql}, false)" for rule in rules)
    each = ", ".join(f"case when {rule.sql} then {index} end" for index, rule in enumerate(rules))
    return f"""
        create or replace temp table {TYPED} as
        with texts as (select row_number, structure, {", ".join(texts)} from {RAW} where not is_blank),
        cells as (select *, {", ".join(values)}, {deleted} as is_deleted from texts)
        select row_number, {", ".join(names)}, is_deleted,
            case when {any_failed} then list_filter([{each}], lambda x: x is not null) end as failed
        from cells"""


def _reject_repeated_keys(connection: Any, contract: Contract) -> None:
    """A snapshot's key names one record: all rows of a key but the first fail. A delta's later line replaces."""
    if contract.delivery == "delta" or not contract.key:
        return
    message = f"expected each key ({', '.join(contract.key)}) once; an earlier row has the same"
    _reject_repeated(connection, contract.key, _literal(contract.key[0]), "duplicate_key", message, within="1 = 1")


def _reject_repeated_values(connection: Any, contract: Contract, column: Column) -> None:
    message = "expected each value once; an earlier row has the same"
    key = ", ".join(map(identifier, contract.key))
    within = f"count(distinct ({key})) > 1" if contract.delivery == "delta" and contract.key else "1 = 1"
    _reject_repeated(connection, (column.name,), quoted(column.name), "unique", message, within=within)


def _reject_repeated(
    connection: Any, names: tuple[str, ...], column: str, rule: str, message: str, *, within: str
) -> None:
    """Reject the sound rows that repeat the values of `names`, all but the first of each."""
    listed = ", ".join(map(identifier, names))
    same = " and ".join(f"t.{identifier(name)} = r.{identifier(name)}" for name in names)
    connection.execute(f"""
        insert into {REJECTS}
        with repeated as (
            select {listed}, min(row_number) as first_row from {TYPED}
            where failed is null and {" and ".join(f"{identifier(name)} is not null" for name in names)}
            group by {listed} having count(*) > 1 and {within}
        )
        select t.row_number, {column}, '{rule}', {quoted(message)}
        from {TYPED} as t join repeated as r on {same}
        where t.failed is null and t.row_number > r.first_row""")

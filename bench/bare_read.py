"""The bare side's reading: partners' files straight into typed tables; nothing is checked and no reject is kept.

Only reading belongs here; what is made of the tables is `bare.py`. A line that DuckDB cannot read is left out, a value
that does not convert becomes null.
"""

import shutil
from pathlib import Path
from typing import Any

from ingestion.contract import Column, Contract
from ingestion.geography_loaders import LOADERS, LOOKUPS
from ingestion.geography_plan import read_plan
from ingestion.landing import find_extracts
from settings.duck import identifier, quoted
from settings.paths import Home, Region

BLOCK_CHARACTERS = 1 << 22
NUMBERS = {"integer": "bigint", "number": "double"}


def read_dataset(connection: Any, contract: Contract, landing: Path, *, table: str, work: Path) -> int:
    """Make `table` with the contract's typed columns, row_number, extract_date and is_deleted; count its rows.

    work: a folder for copies.
    """
    extracts = find_extracts(contract, landing)
    extracts = extracts if contract.delivery == "delta" else extracts[-1:]
    selects = [
        f"select {_columns(contract)}, row_number, date {quoted(extract.extract_date)} as extract_date "
        f"from (select row_number() over () as row_number, * from {_scan(connection, contract, extract.path, work)}) "
        f"where row_number > {contract.format.instruction_rows}"
        for extract in extracts
    ]
    connection.execute(f"create table {table} as {' union all '.join(selects)}")
    return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


def read_places(connection: Any, region: Region, home: Home, folder: Path) -> None:
    """Write the region's place lookups to `folder`, as Parquet."""
    folder.mkdir(parents=True)
    sources = read_plan(region, home).sources
    for lookup, columns in LOOKUPS.items():
        casts = ", ".join(f"try_cast({name} as {kind}) as {name}" for name, kind in columns.items())
        nothing = ", ".join(f"null as {name}" for name in columns)
        source = sources.get(lookup)
        sql = LOADERS[source.loader][lookup](connection, source).sql if source else f"select {nothing} where false"
        connection.execute(f"copy (select {casts} from ({sql})) to {quoted(folder / f'{lookup}.parquet')}")


def _scan(connection: Any, contract: Contract, path: Path, work: Path) -> str:
    layout = contract.format
    if layout.kind == "parquet":
        return f"read_parquet({quoted(path)})"
    if layout.kind == "xlsx":
        import duckdb_extensions

        duckdb_extensions.import_extension("excel", con=connection)
        sheet = f", sheet = {quoted(layout.sheet)}" if layout.sheet else ""
        return f"read_xlsx({quoted(path)}{sheet}, header = true, all_varchar = true)"
    if layout.kind == "jsonl":
        columns = ", ".join(f"{quoted(column.header)}: 'VARCHAR'" for column in contract.columns)
        return f"read_json({quoted(path)}, format = 'newline_delimited', columns = {{{columns}}}, ignore_errors = true)"
    if not layout.encoding.startswith("utf-8"):
        path = _recoded(path, layout.encoding, work)
    return (
        f"read_csv({quoted(path)}, header = true, all_varchar = true, delim = {quoted(layout.delimiter)}, "
        f"quote = {quoted(layout.quote)}, escape = {quoted(layout.quote)}, skip = {layout.preamble_rows}, "
        f"ignore_errors = true)"
    )


def _recoded(path: Path, encoding: str, work: Path) -> Path:
    """A copy in UTF-8: DuckDB by itself reads no Windows code page."""
    copy = work / path.name
    with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
        shutil.copyfileobj(source, target, BLOCK_CHARACTERS)
    return copy


def _columns(contract: Contract) -> str:
    parts = [f"{_typed(column, contract)} as {identifier(column.name)}" for column in contract.columns]
    if contract.delivery == "delta":
        flag = contract.column(str(contract.deletion_column))
        deleted = f"cast({identifier(flag.header)} as varchar) = {quoted(str(contract.deletion_value))}"
        parts.append(f"coalesce({deleted}, false) as is_deleted")
    return ", ".join(parts)


def _typed(column: Column, contract: Contract) -> str:
    """The column's value, its text trimmed, of the contract's type, or null."""
    layout, kind = contract.format, column.logical_type
    nulls = ", ".join(quoted(value) for value in sorted({"", *layout.null_values}))
    text = f"trim(cast({identifier(column.header)} as varchar))"
    text = f"case when {text} not in ({nulls}) then {text} end"
    if kind == "string":
        return text
    if layout.kind == "parquet":
        return f"try_cast({identifier(column.header)} as {NUMBERS.get(kind, kind)})"
    if kind in NUMBERS:
        plain = f"replace({text}, {quoted(layout.thousands)}, '')" if layout.thousands else text
        plain = plain if layout.decimal == "." else f"replace({plain}, {quoted(layout.decimal)}, '.')"
        return f"try_cast({plain} as {NUMBERS[kind]})"
    if kind == "boolean":
        true, false = (
            ", ".join(quoted(value.lower()) for value in (*values, *extra))
            for values, extra in ((layout.true_values, ("true", "1")), (layout.false_values, ("false", "0")))
        )
        return f"case when lower({text}) in ({true}) then true when lower({text}) in ({false}) then false end"
    written = column.date_format or (layout.date_format if kind == "date" else layout.timestamp_format)
    moment = f"cast(try_strptime({text}, {quoted(written)}) as {kind})"
    if layout.kind == "xlsx":  # a date cell is the number of days since the end of 1899
        return f"coalesce(cast(date '1899-12-30' + try_cast({text} as integer) as {kind}), {moment})"
    return moment

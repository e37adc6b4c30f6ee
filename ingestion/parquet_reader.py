"""Load a Parquet file into the table of raw cells, after checking its names and types against the contract.

Values and rules are not judged here.
"""

import re
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import Column, Contract
from ingestion.headers import match_header
from ingestion.loaded import RAW, Loaded
from ingestion.signatures import kind_of
from settings.duck import identifier, quoted
from settings.errors import ExtractRefused

INTEGERS = r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)"
NUMBERS = rf"{INTEGERS}|DECIMAL\(.*\)|FLOAT|DOUBLE"
MOMENTS = r"TIMESTAMP(_S|_MS|_NS)?"
ACCEPTED = {
    "string": rf"VARCHAR|ENUM.*|UUID|BOOLEAN|DATE|DECIMAL\(.*\)|{INTEGERS}",
    "integer": rf"{NUMBERS}|VARCHAR",
    "number": rf"{NUMBERS}|VARCHAR",
    "boolean": rf"BOOLEAN|VARCHAR|{INTEGERS}",
    "date": rf"DATE|VARCHAR|{MOMENTS}",
    "timestamp": rf"DATE|VARCHAR|{MOMENTS}",
}


def load_parquet(connection: Any, path: Path, contract: Contract) -> Loaded:
    """Read `path` into the table RAW of `connection`. Raises ExtractRefused with every problem of the file."""
    source = f"read_parquet({quoted(path)}, file_row_number=true, hive_partitioning=false)"
    described = _describe(connection, path, source)
    names = [name for name, _type in described]
    positions, problems = match_header(names, contract, where="the file's columns")
    for column in contract.columns:
        if column.name in positions:
            problems += _type_problem(column, described[positions[column.name]][1])
    if problems:
        raise ExtractRefused("the file does not match its contract", problems)
    chosen = [names[positions[column.name]] for column in contract.columns]
    columns = ", ".join(f"{identifier(name)} as c{index}" for index, name in enumerate(chosen))
    try:
        connection.execute(f"""
            create or replace temp table {RAW} as
            select file_row_number + 1 as row_number, cast(null as varchar) as structure, false as is_blank, {columns}
            from {source}""")
    except duckdb.Error:
        raise _damaged() from None
    return Loaded(
        cells={column.name: f"c{index}" for index, column in enumerate(contract.columns)},
        kinds={column.name: _kind(described[positions[column.name]][1]) for column in contract.columns},
        raw=f"list_value({', '.join(f'cast(c{index} as varchar)' for index in range(len(chosen)))})",
        rows_blank=0,
    )


def _describe(connection: Any, path: Path, source: str) -> list[tuple[str, str]]:
    with path.open("rb") as file:
        first = file.read(4096)
    if not first:
        raise ExtractRefused("the file does not match its contract", ["the file is empty (0 bytes); send it again"])
    if not first.startswith(b"PAR1"):
        found = kind_of(first) or "something else (it does not start as Parquet does)"
        raise ExtractRefused(
            "the file does not match its contract",
            [f"expected a Parquet file, found {found}; export the data as Parquet instead of renaming the file"],
        )
    try:
        rows = connection.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
    except duckdb.Error:
        raise _damaged() from None
    return [(row[0], row[1]) for row in rows]


def _damaged() -> ExtractRefused:
    return ExtractRefused(
        "the file does not match its contract", ["the Parquet file is cut off or damaged; send it again whole"]
    )


def _kind(found: str) -> str:
    return "text" if re.fullmatch(r"VARCHAR|ENUM.*|UUID", found) else found


def _type_problem(column: Column, found: str) -> list[str]:
    if re.fullmatch(ACCEPTED[column.logical_type], found):
        return []
    return [
        f"column '{column.header}': expected {column.logical_type}, found the Parquet type {found}, which cannot be "
        "taken as it without loss; export it as stated, or change the contract"
    ]

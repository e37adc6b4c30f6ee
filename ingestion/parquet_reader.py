"""Load a Parquet file into the table of raw cells, after checking its names and types against the contract.

Values and rules are not judged here.
"""

import re
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import Column, Contract
from ingestion.headers import match_header
from ingestion.loaded import RAW, ZERO_BYTE, Loaded
from ingestion.signatures import kind_of
from settings.duck import identifier, quoted
from settings.errors import ExtractRefused

INTEGERS = r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)"
NUMBERS = rf"{INTEGERS}|DECIMAL\(.*\)|FLOAT|DOUBLE"
MOMENTS = r"TIMESTAMP(_S|_MS|_NS)?"
ROW_NUMBER = "file_row_number"  # DuckDB's
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
    plain = f"read_parquet({quoted(path)}, hive_partitioning=false)"
    described = _describe(connection, path, plain)
    names = [name for name, _type in described]
    positions, problems = match_header(names, contract, where="the file's columns")
    for column in contract.columns:
        if column.name in positions:
            name, found = described[positions[column.name]]
            if not re.fullmatch(ACCEPTED[column.logical_type], found) and _holds_values(connection, plain, name):
                problems.append(_type_problem(column, found))
    if ROW_NUMBER in names:
        problems.append(f"the file's columns: '{ROW_NUMBER}' is a name that the reader needs; rename the column")
    if problems:
        raise ExtractRefused("the file does not match its contract", problems)
    chosen = [names[positions[column.name]] for column in contract.columns]
    columns = ", ".join(f"{identifier(name)} as c{index}" for index, name in enumerate(chosen))
    try:
        connection.execute(f"""
            create or replace temp table {RAW} as
            select {ROW_NUMBER} + 1 as row_number, {_structure(contract, described, positions)} as structure,
                false as is_blank, {columns}
            from read_parquet({quoted(path)}, file_row_number=true, hive_partitioning=false)""")
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
        rows = connection.execute(f"describe select * from {source}").fetchall()
    except duckdb.Error:
        raise _damaged() from None
    return [(row[0], row[1]) for row in rows]


def _damaged() -> ExtractRefused:
    return ExtractRefused(
        "the file does not match its contract", ["the Parquet file is cut off or damaged; send it again whole"]
    )


def _kind(found: str) -> str:
    return "text" if re.fullmatch(r"VARCHAR|ENUM.*|UUID", found) else found


def _structure(contract: Contract, described: list[tuple[str, str]], positions: dict[str, int]) -> str:
    """SQL: the mark of a row in which a text holds a zero byte, else null."""
    texts = [
        identifier(described[positions[column.name]][0])
        for column in contract.columns
        if described[positions[column.name]][1] == "VARCHAR"
    ]
    holds = " or ".join(f"contains({text}, chr(0))" for text in texts) or "false"
    return f"case when {holds} then '{ZERO_BYTE}' end"


def _holds_values(connection: Any, source: str, name: str) -> bool:
    """Whether a column holds anything: one that holds nothing is written in any type."""
    (held,) = connection.execute(f"select count({identifier(name)}) from {source}").fetchone()
    return bool(held)


def _type_problem(column: Column, found: str) -> str:
    return (
        f"column '{column.header}': expected {column.logical_type}, found the Parquet type {found}, which cannot be "
        "taken as it without loss; export it as stated, or change the contract"
    )

"""Files read as they are: every column a text, trimmed, empty ones null. What the columns mean is `file_records.py`.

A problem is told without a value: DuckDB's own message would quote the row.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from settings.duck import identifier, quoted

CSV = (".csv", ".txt", ".tsv")
PARQUET = (".parquet", ".pq")
ROW = "row number of the file"
DELIMITERS = ",;|\t"


def read_raw(work: Any, table: str, name: str, path: Path, problems: list[str]) -> list[str]:
    """Make `table` of texts, with column `ROW` (1.. in the file's order); its columns, none where it cannot be read."""
    suffix = path.suffix.lower()
    if not path.is_file():
        problems.append(f"{name}: there is no such file")
        return []
    if suffix not in CSV + PARQUET:
        problems.append(f"{name}: its name ends in none of {', '.join(CSV + PARQUET)}")
        return []
    line = ""
    for reader in _readers(path, suffix):
        try:
            return _read(work, table, name, reader, problems)
        except duckdb.Error as error:  # of its message, which quotes the row, only the line's number is told
            found = re.search(r"Line: (\d+)", str(error))
            line = f" (look at line {int(found[1]):,})" if found else line
    problems.append(f"{name}: cannot be read as {'Parquet' if suffix in PARQUET else 'CSV with a header'}{line}")
    return []


def _readers(path: Path, suffix: str) -> list[str]:
    """SQL that reads the file, for each encoding that it may be in."""
    if suffix in PARQUET:
        return [f"read_parquet({quoted(path)})"]
    with path.open("rb") as file:
        is_utf16 = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
    encodings = ("utf-16",) if is_utf16 else ("utf-8", "latin-1")
    return [
        f"read_csv({quoted(path)}, header = true, skip = 0, comment = '', all_varchar = true, encoding = '{encoding}')"
        for encoding in encodings
    ]


def _read(work: Any, table: str, name: str, reader: str, problems: list[str]) -> list[str]:
    held = [column for column, *_ in work.execute(f"describe select * from {reader}").fetchall()]
    if len(held) == 1 and any(delimiter in held[0] for delimiter in DELIMITERS):
        problems.append(f"{name}: its rows have not as many fields as its header")
        return []
    columns = unlike_names(held)
    texts = ", ".join(
        f"nullif(trim({identifier(column)}::varchar), '') as {identifier(called)}"
        for column, called in zip(held, columns, strict=True)
    )
    work.execute(
        f"create or replace table {table} as select {texts}, row_number() over () as {identifier(ROW)} from {reader}"
    )
    return columns


def unlike_names(names: Sequence[str]) -> list[str]:
    """`names` trimmed; one that is there already, whatever its case, gets a number, as SQL knows no two of one name."""
    taken = {ROW}
    unlike = []
    for name in names:
        plain, again = name.strip(), 0
        called = plain
        while called.casefold() in taken:
            again += 1
            called = f"{plain}_{again}"
        taken.add(called.casefold())
        unlike.append(called)
    return unlike

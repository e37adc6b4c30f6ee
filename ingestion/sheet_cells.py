"""Read the cells of one sheet as text into a table, by DuckDB or, where its reader gives up, by openpyxl.

Dates are the serial numbers that Excel keeps, booleans 1 and 0. What the cells mean is `xlsx_reader.py`'s.
"""

from pathlib import Path
from typing import Any

import duckdb

from ingestion.workbook import refused
from settings.duck import quoted

CELLS = "sheet_cells"  # temporary table: row_number, c0, c1, ...; only rows that hold something
SPARE_COLUMNS = 40  # read beyond those expected, to notice values that stand outside the table
LAST_COLUMN = 16_384  # of any sheet


def read_cells(connection: Any, path: Path, sheet: str, *, last_row: int, columns: int) -> tuple[int, bool]:
    """Make the table CELLS; return how many columns it has, and whether openpyxl had to read it.

    columns: how many are expected. Where the last column read holds something, more are read.
    """
    import duckdb_extensions

    duckdb_extensions.import_extension("excel", con=connection)
    width = columns + SPARE_COLUMNS
    while True:
        names = ", ".join(f"c{index}" for index in range(width))
        source = xlsx_call(path, sheet, first=1, last=last_row, width=width, as_text=True)
        try:
            connection.execute(f"""
                create or replace temp table {CELLS} as
                select * from (select row_number() over () as row_number, {names} from {source} as t({names}))
                where concat({names}) <> ''""")
        except duckdb.Error:
            return _read_by_openpyxl(connection, path, sheet, width), True
        if width >= LAST_COLUMN or not connection.execute(f"select count(c{width - 1}) from {CELLS}").fetchone()[0]:
            return width, False
        width = min(4 * width, LAST_COLUMN)


def xlsx_call(path: Path, sheet: str, *, first: int, last: int, width: int, as_text: bool) -> str:
    """The call of DuckDB's reader on rows `first` to `last`."""
    return (
        f"read_xlsx({quoted(path)}, sheet={quoted(sheet)}, header=false, stop_at_empty=false, "
        f"all_varchar={str(as_text).lower()}, empty_as_varchar=true, range='A{first}:{_letters(width)}{last}')"
    )


def _read_by_openpyxl(connection: Any, path: Path, sheet: str, width: int) -> int:
    import warnings

    import openpyxl
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            rows = [[_text(cell, book.epoch) for cell in row] for row in book[sheet].values]
    except Exception as error:  # openpyxl raises whatever its XML reader meets
        raise refused("the workbook cannot be read; open it, save it as .xlsx and send it again") from error
    width = max(width, *(len(row) for row in rows)) if rows else width
    names = [f"c{index}" for index in range(width)]
    frame = pd.DataFrame([row + [None] * (width - len(row)) for row in rows], columns=names, dtype="str")
    frame.insert(0, "row_number", range(1, len(rows) + 1))
    connection.register("sheet_frame", frame)
    connection.execute(
        f"create or replace temp table {CELLS} as select * from sheet_frame where concat({', '.join(names)}) <> ''"
    )
    connection.unregister("sheet_frame")
    return width


def _text(cell: Any, epoch: Any) -> str | None:
    """A cell as DuckDB's reader writes it: dates as serial numbers, booleans as 1 and 0."""
    import datetime

    from openpyxl.utils.datetime import to_excel

    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        return repr(to_excel(cell, epoch)).removesuffix(".0")
    return repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

"""Load one sheet of an Excel workbook into the table of raw cells.

DuckDB reads the sheet; where it cannot (style tables that it rejects), openpyxl does, cell by cell. Dates stay the
serial numbers that Excel keeps; `typing_sql.py` turns them into dates.
"""

import re
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import Contract
from ingestion.headers import is_header, joined, match_header
from ingestion.loaded import FIELD_COUNT, RAW, Loaded
from ingestion.workbook import choose_sheet, last_row, read_workbook, refused
from settings.duck import quoted
from settings.errors import ExtractRefused

SEARCHED_ROWS = 40
SEARCHED_WIDTH = 700
SPARE_COLUMNS = 60  # read beyond the header, to notice values that stand outside the table


def load_xlsx(connection: Any, path: Path, contract: Contract) -> Loaded:
    """Read `path` into the table RAW of `connection`. Raises ExtractRefused with every problem of the file."""
    layout = contract.format
    workbook = read_workbook(path)
    sheet = choose_sheet(workbook, layout.sheet)
    cells = _Cells(connection, path, sheet)
    top = cells.rows(1, layout.preamble_rows + layout.header_rows + SEARCHED_ROWS, SEARCHED_WIDTH)
    positions, width = _header(top, contract)
    above = layout.preamble_rows + layout.header_rows + layout.instruction_rows
    full = width + SPARE_COLUMNS
    names = [f"c{index}" for index in range(full)]
    beyond = " or ".join(f"coalesce(trim({name}), '') <> ''" for name in names[width:])
    filled = " or ".join(f"coalesce(trim({name}), '') <> ''" for name in names)
    connection.execute(f"""
        create or replace temp table {RAW} as
        select row_number, case when {beyond} then '{FIELD_COUNT}' end as structure, false as is_blank,
            {", ".join(names)}
        from ({cells.relation(above + 1, max(last_row(path, workbook, sheet), above + 1), full)})
        where {filled}""")
    _cut_footer(connection, contract, names)
    last, rows = connection.execute(f"select coalesce(max(row_number), {above}), count(*) from {RAW}").fetchone()
    _check_date_cells(cells, contract, positions, above, full)
    return Loaded(
        cells={name: f"c{position}" for name, position in positions.items()},
        kinds=dict.fromkeys(positions, "xlsx1904" if workbook.is_1904 else "xlsx"),
        raw=f"list_value({', '.join(names)})",
        rows_blank=last - above - rows,
        notes=cells.notes(),
    )


class _Cells:
    """The cells of one sheet as text, by DuckDB or, where its reader gives up, by openpyxl."""

    def __init__(self, connection: Any, path: Path, sheet: str) -> None:
        import duckdb_extensions

        self.connection, self.path, self.sheet = connection, path, sheet
        duckdb_extensions.import_extension("excel", con=connection)
        self.by_openpyxl = False
        try:
            connection.execute(f"select * from ({self.relation(1, 1, 1)})").fetchall()
        except duckdb.Error:
            self._load_by_openpyxl()

    def notes(self) -> tuple[str, ...]:
        return ("read by openpyxl, because DuckDB cannot read its styles",) if self.by_openpyxl else ()

    def relation(self, first: int, last: int, width: int) -> str:
        """SQL of rows `first` to `last`: row_number, c0, c1, ..."""
        names = [f"c{index}" for index in range(width)]
        if self.by_openpyxl:
            have = set(self.connection.table("sheet_cells").columns)
            chosen = [name if name in have else f"cast(null as varchar) as {name}" for name in names]
            return (
                f"select row_number, {', '.join(chosen)} from sheet_cells where row_number between {first} and {last}"
            )
        return (
            f"select row_number() over () + {first - 1} as row_number, {', '.join(names)} from "
            f"{self.function(first, last, width)} as t({', '.join(names)})"
        )

    def function(self, first: int, last: int, width: int, *, as_text: bool = True) -> str:
        """The call of DuckDB's reader."""
        return (
            f"read_xlsx({quoted(self.path)}, sheet={quoted(self.sheet)}, header=false, stop_at_empty=false, "
            f"all_varchar={str(as_text).lower()}, empty_as_varchar=true, range='A{first}:{_letters(width)}{last}')"
        )

    def rows(self, first: int, last: int, width: int) -> list[list[str]]:
        """Rows as lists of text, without the empty cells at the end of each."""
        fetched = self.connection.execute(f"{self.relation(first, last, width)} order by row_number").fetchall()
        return [_stripped([cell or "" for cell in row[1:]]) for row in fetched]

    def _load_by_openpyxl(self) -> None:
        import warnings

        import openpyxl
        import pandas as pd

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
                rows = [[_text(cell, book.epoch) for cell in row] for row in book[self.sheet].values]
        except Exception as error:  # openpyxl raises whatever its XML reader meets
            raise refused("the workbook cannot be read; open it, save it as .xlsx and send it again") from error
        width = max((len(row) for row in rows), default=0) or 1
        frame = pd.DataFrame(rows, columns=[f"c{index}" for index in range(width)], dtype="str")
        frame.insert(0, "row_number", range(1, len(rows) + 1))
        self.connection.register("sheet_frame", frame)
        self.connection.execute("create or replace temp table sheet_cells as select * from sheet_frame")
        self.connection.unregister("sheet_frame")
        self.by_openpyxl = True


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


def _stripped(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _header(top: list[list[str]], contract: Contract) -> tuple[dict[str, int], int]:
    layout = contract.format
    start, count = layout.preamble_rows, layout.header_rows
    if count == 0:
        first = top[start] if len(top) > start else []
        if is_header(first, contract):
            raise refused(f"row {start + 1}: found a header, and the contract says that there is none (header_rows: 0)")
        width = len(contract.columns)
        return {column.name: index for index, column in enumerate(contract.columns)}, width
    rows = top[start : start + count]
    if not any(rows):
        raise refused(f"row {start + 1}: expected the header, found nothing; is it the right sheet?")
    where = f"row {start + 1}" if count == 1 else f"rows {start + 1} to {start + count}"
    ways = [rows[0]] if count == 1 else joined(rows)
    positions, problems = min(
        (match_header(cells, contract, where=where) for cells in ways), key=lambda result: len(result[1])
    )
    if any("seems to be missing" in problem for problem in problems):
        for number, row in enumerate(top, start=1):
            if number != start + 1 and is_header(row, contract):
                problems = [
                    f"row {number}: the header is here; expected in row {start + 1} (preamble_rows: "
                    f"{layout.preamble_rows}); remove or add rows above it, or change the contract"
                ]
                break
    if problems:
        raise ExtractRefused("the file does not match its contract", problems)
    return positions, max(len(row) for row in ways)


def _cut_footer(connection: Any, contract: Contract, names: list[str]) -> None:
    layout = contract.format
    if not layout.footer_rows:
        return
    line = f"trim(concat_ws(' ', {', '.join(names)}))"
    footer = connection.execute(
        f"select row_number, {line} from {RAW} order by row_number desc limit {layout.footer_rows}"
    ).fetchall()
    pattern = layout.footer_pattern
    if len(footer) < layout.footer_rows or (pattern and not all(re.fullmatch(pattern, text) for _row, text in footer)):
        raise refused(
            f"the last {layout.footer_rows} row(s) are not the footer that the contract states; "
            "rows are missing at the end, or the footer has changed"
        )
    connection.execute(f"delete from {RAW} where row_number >= {footer[-1][0]}")


def _check_date_cells(cells: _Cells, contract: Contract, positions: dict[str, int], above: int, width: int) -> None:
    """A date column of plain numbers (2020, 20200131) must not be taken for Excel's serial dates."""
    if cells.by_openpyxl:
        return
    first = cells.connection.execute(f"select min(row_number) from {RAW}").fetchone()[0]
    if first is None:
        return
    described = cells.connection.execute(
        f"describe from {cells.function(first, first, width, as_text=False)}"
    ).fetchall()
    types = [row[1] for row in described]
    filled = cells.connection.execute(f"select columns('^c[0-9]+$') from {RAW} where row_number = {first}").fetchone()
    problems = [
        f"column '{column.header}': expected date cells, found plain numbers; format the cells as dates"
        for column in contract.columns
        if column.logical_type in ("date", "timestamp")
        and types[positions[column.name]] == "DOUBLE"
        and re.fullmatch(r"\d{1,7}(\.\d+)?", filled[positions[column.name]] or "")
    ]
    if problems:
        raise ExtractRefused("the file does not match its contract", problems)

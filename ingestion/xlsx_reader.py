"""Load one sheet of an Excel workbook into the table of raw cells: header, data rows, footer.

Dates stay the serial numbers that Excel keeps; `typing_sql.py` turns them into dates. Cells are read by
`sheet_cells.py`, the package around them by `workbook.py`.
"""

from pathlib import Path
from typing import Any

from ingestion.contract import Column, Contract
from ingestion.footer import rows_stated
from ingestion.headers import is_header, joined, match_header
from ingestion.loaded import FIELD_COUNT, RAW, Loaded
from ingestion.sheet_cells import CELLS, read_cells, xlsx_call
from ingestion.workbook import choose_sheet, last_row, read_workbook, refused
from settings.errors import ExtractRefused

SEARCHED_ROWS = 40
PLAIN_NUMBER = r"\d{1,7}(\.\d+)?"
PLAIN_YEAR = r"(1[89]|20|21)\d\d"  # as serial dates, days of 1904 to 1905


def load_xlsx(connection: Any, path: Path, contract: Contract) -> Loaded:
    """Read `path` into the table RAW of `connection`. Raises ExtractRefused with every problem of the file."""
    layout = contract.format
    workbook = read_workbook(path)
    sheet = choose_sheet(workbook, layout.sheet)
    reach = last_row(path, workbook, sheet)
    full, by_openpyxl = read_cells(connection, path, sheet, last_row=reach, columns=len(contract.columns))
    positions, width = _header(_top(connection, contract), contract)
    above = layout.preamble_rows + layout.header_rows + layout.instruction_rows
    names = [f"c{index}" for index in range(full)]
    connection.execute(f"""
        create or replace temp table {RAW} as
        select row_number,
            case when trim(concat('', {", ".join(names[width:])})) <> '' then '{FIELD_COUNT}' end as structure,
            false as is_blank, {", ".join(names)}
        from {CELLS}
        where row_number > {above} and trim(concat({", ".join(names)})) <> ''""")
    stated = _cut_footer(connection, contract, names)
    last, rows = connection.execute(f"select coalesce(max(row_number), {above}), count(*) from {RAW}").fetchone()
    if not by_openpyxl:
        _check_date_cells(connection, contract, positions, (path, sheet, full))
    return Loaded(
        cells={name: f"c{position}" for name, position in positions.items()},
        kinds=dict.fromkeys(positions, "xlsx1904" if workbook.is_1904 else "xlsx"),
        raw=f"list_value({', '.join(names)})",
        rows_blank=last - above - rows,
        rows_stated=stated,
        notes=("read by openpyxl, because DuckDB cannot read its styles",) if by_openpyxl else (),
    )


def _top(connection: Any, contract: Contract) -> list[list[str]]:
    """The first rows as lists of text, without the empty cells at the end of each."""
    last = contract.format.preamble_rows + contract.format.header_rows + SEARCHED_ROWS
    top: list[list[str]] = [[] for _ in range(last)]
    for number, *cells in connection.execute(f"select * from {CELLS} where row_number <= {last}").fetchall():
        texts = [cell or "" for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        top[number - 1] = texts
    return top


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


def _cut_footer(connection: Any, contract: Contract, names: list[str]) -> int | None:
    """Take the footer's rows away; the number of data rows that it states, if it does."""
    layout = contract.format
    if not layout.footer_rows:
        return None
    line = f"trim(concat_ws(' ', {', '.join(names)}))"
    footer = connection.execute(
        f"select row_number, {line} from {RAW} order by row_number desc limit {layout.footer_rows}"
    ).fetchall()
    if len(footer) < layout.footer_rows:
        raise refused(f"expected {layout.footer_rows} footer row(s), found fewer rows; the file seems cut off")
    stated = rows_stated([text for _row, text in footer], layout, kind="row")
    connection.execute(f"delete from {RAW} where row_number >= {footer[-1][0]}")
    return stated


def _check_date_cells(
    connection: Any, contract: Contract, positions: dict[str, int], place: tuple[Path, str, int]
) -> None:
    """A date column of plain numbers (2020, 20200131) must not be taken for Excel's serial dates.

    The first filled cell of each column tells, and the first that could be a year: DuckDB says of each cell whether it
    is formatted as a date.
    """
    path, sheet, width = place
    moments = [column for column in contract.columns if column.logical_type in ("date", "timestamp")]
    suspects: dict[int, list[Column]] = {}
    for column in moments:
        cell = f"c{positions[column.name]}"
        number = f"regexp_full_match({cell}, '{PLAIN_NUMBER}')"
        rows = connection.execute(f"""
            select arg_min({number}, row_number) filter (where trim({cell}) <> ''),
                min(row_number) filter (where trim({cell}) <> ''),
                min(row_number) filter (where regexp_full_match({cell}, '{PLAIN_YEAR}'))
            from {RAW}""").fetchone()
        for row in {rows[1] if rows[0] else None, rows[2]} - {None}:
            suspects.setdefault(row, []).append(column)
    problems = []
    for row, columns in sorted(suspects.items()):
        call = xlsx_call(path, sheet, first=row, last=row, width=width, as_text=False)
        types = [item[1] for item in connection.execute(f"describe from {call}").fetchall()]
        problems += [
            f"column '{column.header}', row {row}: expected a date cell, found a plain number; "
            "format the column's cells as dates"
            for column in columns
            if types[positions[column.name]] == "DOUBLE"
        ]
    if problems:
        raise ExtractRefused("the file does not match its contract", problems)

"""Read the top of a delimited text file (preamble, header, instruction rows) and say where the data begin.

The only part of a partner's text that Python reads field by field: a few lines. The data are `csv_reader.py`'s.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.contract import Contract, DeliveryFormat
from ingestion.headers import is_header, joined, match_header, tidy
from settings.errors import ExtractRefused

DELIMITERS = {",": "comma", ";": "semicolon", "|": "vertical bar", "\t": "tab", "^": "caret", "~": "tilde"}
SEARCHED_LINES = 40  # how far a header that is not in its place is looked for
STAND_IN = "\x1f"  # for a delimiter of several characters, which the csv module cannot take


@dataclass(frozen=True)
class Head:
    """Where the data begin and which field is which column."""

    data_offset: int  # bytes of UTF-8
    rows: int  # rows above the first data row, as a spreadsheet counts them
    width: int  # fields that a row has
    positions: dict[str, int]  # column name -> field


def read_head(text: str, contract: Contract) -> Head:
    """The head of `text` (the file's start). Raises ExtractRefused with every problem of the header."""
    layout = contract.format
    lines = _Lines(text)
    for number in range(layout.preamble_rows):
        if lines.next_line() is None:
            raise _refused([f"expected {layout.preamble_rows} line(s) above the header, found {number} line(s) in all"])
    if layout.header_rows == 0:
        return _by_position(lines, contract)
    start = lines.consumed + 1
    rows = [_record(lines, layout) for _ in range(layout.header_rows)]
    where = f"line {start}" if layout.header_rows == 1 else f"lines {start} to {start + layout.header_rows - 1}"
    if any(row is None for row in rows):
        raise _refused([f"{where}: expected the header, found the end of the file"])
    positions, width, problems = _match([row or [] for row in rows], contract, where)
    if problems:
        raise _refused(_explained(problems, text, contract, start))
    for _ in range(layout.instruction_rows):
        _record(lines, layout)
    above = layout.preamble_rows + layout.header_rows + layout.instruction_rows
    return Head(lines.offset(), above, width, positions)


class _Lines:
    """Lines with their ends, counted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stream = io.StringIO(text, newline="")
        self.consumed = 0
        self.characters = 0

    def next_line(self) -> str | None:
        line = self.stream.readline()
        if not line:
            return None
        self.consumed += 1
        self.characters += len(line)
        return line

    def __iter__(self) -> Iterator[str]:
        while (line := self.next_line()) is not None:
            yield line

    def offset(self) -> int:
        return len(self.text[: self.characters].encode())


def _record(lines: _Lines, layout: DeliveryFormat, delimiter: str | None = None) -> list[str] | None:
    delimiter = delimiter or layout.delimiter
    single = delimiter if len(delimiter) == 1 else STAND_IN
    source = (line.replace(delimiter, single) for line in lines)
    if layout.quote:
        reader = csv.reader(source, delimiter=single, quotechar=layout.quote, skipinitialspace=True)
    else:
        reader = csv.reader(source, delimiter=single, quoting=csv.QUOTE_NONE, quotechar=None)
    try:
        cells = next(reader, None)
    except csv.Error:  # a field of more than 131,072 characters: no header
        return [""]
    return None if cells is None else [cell.replace(STAND_IN, delimiter) for cell in cells]


def _match(rows: list[list[str]], contract: Contract, where: str) -> tuple[dict[str, int], int, list[str]]:
    ways = [rows[0]] if len(rows) == 1 else joined(rows)
    results = [(match_header(cells, contract, where=where), len(cells)) for cells in ways]
    (positions, problems), width = min(results, key=lambda result: len(result[0][1]))
    return positions, width, problems


def _by_position(lines: _Lines, contract: Contract) -> Head:
    """No header: the columns are the contract's, in its order."""
    layout = contract.format
    offset, start = lines.offset(), lines.consumed + 1
    first = _record(lines, layout)
    if first is not None and is_header([tidy(cell) for cell in first], contract):
        raise _refused([f"line {start}: found a header, and the contract says that there is none (header_rows: 0)"])
    expected = len(contract.columns)
    width = expected
    if first and layout.extra_columns == "ignore":
        width = max(expected, len(first))
    return Head(offset, start - 1, width, {column.name: index for index, column in enumerate(contract.columns)})


def _explained(problems: list[str], text: str, contract: Contract, expected_line: int) -> list[str]:
    """Where the header is not to be found where it should be, say where or how it seems to be."""
    if not any("seems to be missing" in problem for problem in problems):
        return problems
    layout = contract.format
    lines = text.splitlines(keepends=True)[:SEARCHED_LINES]
    for number, line in enumerate(lines, start=1):
        if number != expected_line and is_header(_record(_Lines(line), layout) or [], contract):
            return [
                f"line {number}: the header is here; expected in line {expected_line} "
                f"(preamble_rows: {layout.preamble_rows}); remove or add lines above it, or change the contract"
            ]
    for delimiter in DELIMITERS:
        if delimiter == layout.delimiter:
            continue
        for number, line in enumerate(lines, start=1):
            if is_header(_record(_Lines(line), layout, delimiter) or [], contract):
                return [
                    f"line {number}: expected the delimiter {_name(layout.delimiter)}, found {_name(delimiter)}; "
                    f"export the file with {_name(layout.delimiter)}, or change the contract's delimiter"
                ]
    return problems


def _name(delimiter: str) -> str:
    return DELIMITERS.get(delimiter, f"'{delimiter}'")


def _refused(problems: list[str]) -> ExtractRefused:
    return ExtractRefused("the file does not match its contract", problems)

"""What every reader hands to the typing: one table of cells as they came, and which cell is which column.

Only the facts that pass between the readers and `typing_rules.py` belong here.
"""

from dataclasses import dataclass

RAW = "raw_rows"  # temporary table: row_number, structure, the cells
FIELD_COUNT = "field_count"  # structure: the row's number of fields is not the header's
SWALLOWED = "swallowed_line"  # structure: a quoted value holds a whole line
NOT_JSON = "json"  # structure: the line is not one JSON object
ZERO_BYTE = "zero_byte"  # structure: a text holds a zero byte


@dataclass(frozen=True)
class Loaded:
    """The table RAW, described.

    cells: column name -> the SQL that reads its cell; kinds: column name -> "text", "xlsx" or a DuckDB type;
    raw: SQL of the row as it came, a list of varchar, for the quarantine.
    """

    cells: dict[str, str]
    kinds: dict[str, str]
    raw: str
    rows_blank: int
    notes: tuple[str, ...] = ()
    rows_stated: int | None = None  # by the file's own footer

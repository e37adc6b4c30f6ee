"""Load a delimited text file into the table of raw cells, by the contract's dialect and nothing else.

Every option of DuckDB's reader is given; nothing is sniffed. Types and rules are not applied here.
"""

import re
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import Contract
from ingestion.decoding import decoded_blocks
from ingestion.loaded import FIELD_COUNT, RAW, SWALLOWED, Loaded
from ingestion.text_body import BLANK, RETURN, SENTINEL, Body, write_body
from ingestion.text_head import Head
from ingestion.typing_sql import SPACES, trimmed_sql
from settings.duck import quoted
from settings.errors import ExtractRefused

NO_NULL = "\x01null"  # a text that no cell holds, so that only a missing field is null
MAX_LINE_BYTES = 32 << 20
MAX_WIDTH = 20_000
SWALLOW_MIN_WIDTH = 4  # below this, free text with line ends and delimiters is too like a row


def load_csv(connection: Any, path: Path, contract: Contract, work: Path) -> Loaded:
    """Read `path` into the table RAW of `connection`. Raises ExtractRefused with every problem of the file."""
    notes: list[str] = []
    head, body = write_body(decoded_blocks(path, contract.format, notes), contract, work)
    width = read_fields(connection, body, head, contract)
    body.path.unlink()
    cells = {name: f"c{position}" for name, position in head.positions.items()}
    if body.is_marked:
        cells = {name: f"replace({cell}, chr({ord(RETURN)}), chr(13))" for name, cell in cells.items()}
    blank = connection.execute(f"select count(*) from {RAW} where is_blank").fetchone()[0]
    _check_widths(connection, head, body)
    return Loaded(
        cells=cells,
        kinds=dict.fromkeys(cells, "text"),
        raw=f"list_value({', '.join(f'c{i}' for i in range(width))})",
        rows_blank=blank,
        notes=tuple(notes),
        rows_stated=body.rows_stated,
    )


def read_fields(connection: Any, body: Body, head: Head, contract: Contract) -> int:
    """Make RAW (row_number, structure, is_blank, c0, c1, ...) from `body`; return how many fields it is wide.

    One field more than the header's is asked for; a row with more than that makes DuckDB stop, and it is asked again
    for as many as it found, so that such rows are rejected one by one.
    """
    width = head.width + 1
    while True:
        try:
            connection.execute(_statement(body, head, contract, width))
            break
        except duckdb.Error as error:
            found = re.search(r"Expected Number of Columns: \d+ Found: (\d+)", str(error))
            if found and width < MAX_WIDTH:
                width = max(int(found[1]), min(2 * width, MAX_WIDTH))
                continue
            raise ExtractRefused("the file does not match its contract", [_unreadable(str(error), head)]) from None
    _check_complete(connection, body, width)
    return width


def _statement(body: Body, head: Head, contract: Contract, width: int) -> str:
    layout = contract.format
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    quote = quoted(layout.quote or "")
    texts = [f"c{i}" for i in range(width)]
    everything = f"concat({', '.join(texts)})"  # which leaves nulls out
    blank = f"{trimmed_sql(everything)} = ''"
    may_be_blank = f"coalesce(c0, '') < '!' or prefix(c0, {quoted(SPACES[-1])})"  # cheap, and false for most rows
    last, over = f"c{head.width - 1}", f"c{head.width}"
    swallowed = "false"
    if body.has_quotes and layout.kind == "csv" and head.width >= SWALLOW_MIN_WIDTH:
        swallowed = " or ".join(_holds_a_line(text, layout.delimiter, head.width) for text in texts)
    return f"""
        create or replace temp table {RAW} as
        select
            row_number,
            case when {last} is null or {over} is not null then '{FIELD_COUNT}'
                 when {swallowed} then '{SWALLOWED}' end as structure,
            case when {may_be_blank} then c0 = chr({ord(BLANK)}) or ({blank}) else false end as is_blank,
            {", ".join(texts)}
        from (
            select row_number() over () + {head.rows} as row_number, *
            from read_csv({quoted(body.path)}, auto_detect=false, header=false, columns={{{columns}}},
                delim={quoted(layout.delimiter)}, quote={quote}, escape={quote}, comment='', skip=0,
                nullstr={quoted(NO_NULL)}, null_padding=true, strict_mode=true, encoding='utf-8', compression='none',
                max_line_size={MAX_LINE_BYTES}, parallel={"false" if body.has_quotes else "true"})
        )"""


def _holds_a_line(text: str, delimiter: str, width: int) -> str:
    """SQL: whether a value of several lines holds one with as many delimiters as a row has."""
    rest = f"length(l) - length(replace(l, {quoted(delimiter)}, ''))"
    enough = (width - 1) * len(delimiter)
    return (
        f"(contains({text}, chr(10)) and "
        f"len(list_filter(string_split({text}, chr(10)), lambda l: {rest} >= {enough})) > 0)"
    )


def _check_complete(connection: Any, body: Body, width: int) -> None:
    """Every line must be accounted for: it ends a record or lies within a value; the last record is the sentinel."""
    records, last = connection.execute(
        f"select count(*), arg_max(c0, row_number) from {RAW}",
    ).fetchone()
    if last != SENTINEL:
        raise ExtractRefused("the file does not match its contract", [_UNCLOSED])
    if records != body.lines:
        text = f"concat({', '.join(f'c{i}' for i in range(width))})"
        inside = f"length({text}) - length(replace({text}, chr(10), ''))"
        within = connection.execute(f"select coalesce(sum({inside}), 0) from {RAW}").fetchone()[0]
        if records + within != body.lines:
            raise ExtractRefused("the file does not match its contract", [_UNACCOUNTED])
    connection.execute(f"delete from {RAW} where row_number = (select max(row_number) from {RAW})")


_UNCLOSED = "a quotation mark is opened and never closed, so that rows run together; close or double it in the export"
_UNACCOUNTED = (
    "quotation marks or line ends are used inconsistently, so that lines cannot be told apart for certain; "
    "export the file anew with every text in quotation marks and quotation marks within it doubled"
)


def _unreadable(message: str, head: Head) -> str:
    """A sentence for a partner from DuckDB's message, without the line that it quotes."""
    found = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"about row {int(found[1]) + head.rows}: " if found else ""
    if "unterminated quote" in message or "invalid state" in message:
        return f"{where}text stands beside a quotation mark that should end or begin a value; double it in the export"
    if "Maximum line size" in message or "max_line_size" in message:
        return f"{where}a line is longer than {MAX_LINE_BYTES >> 20} MiB; a quotation mark is probably not closed"
    return f"{where}the lines cannot be read with the contract's delimiter and quotation mark; check the export"


def _check_widths(connection: Any, head: Head, body: Body) -> None:
    """Say it once where the whole file has another width, and where the last line is cut off."""
    texts = [name for (name,) in connection.execute(f"select column_name from (describe {RAW})").fetchall()]
    texts = [name for name in texts if re.fullmatch(r"c\d+", name)]
    fields = f"len(list_filter([{', '.join(texts)}], lambda x: x is not null))"
    rows, wrong = connection.execute(
        f"select count(*), count(*) filter (structure = '{FIELD_COUNT}') from {RAW} where not is_blank"
    ).fetchone()
    problems = []
    if wrong and wrong * 2 > rows:
        usual = connection.execute(
            f"select mode({fields}) from {RAW} where structure = '{FIELD_COUNT}' and not is_blank"
        ).fetchone()[0]
        problems.append(
            f"{wrong} of {rows} rows have another number of fields than the {head.width} expected, mostly {usual}; "
            "check the delimiter, and that every line of the export has every column"
        )
    if wrong and not body.is_ended:
        short = connection.execute(
            f"select row_number, {fields} from {RAW} where c{head.width - 1} is null and not is_blank"
            f" and row_number = (select max(row_number) from {RAW})"
        ).fetchone()
        if short:
            problems.append(
                f"row {short[0]}: the last line has {short[1]} of {head.width} fields and no line end; "
                "the file seems cut off; send it again whole"
            )
    if problems:
        raise ExtractRefused("the file does not match its contract", problems)

"""Load a JSON lines file into the table of raw cells: one object per line.

Types and rules are not applied here.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.decoding import decoded_blocks
from ingestion.headers import match_header
from ingestion.loaded import NOT_JSON, RAW, ZERO_BYTE, Loaded
from ingestion.text_body import BLANK, SENTINEL, write_body
from settings.duck import quoted
from settings.errors import ExtractRefused

NO_DELIMITER = "\x02"
MAX_LINE_BYTES = 32 << 20


def load_jsonl(connection: Any, path: Path, contract: Contract, work: Path) -> Loaded:
    """Read `path` into the table RAW of `connection`. Raises ExtractRefused with every problem of the file."""
    notes: list[str] = []
    plain = replace(contract, format=replace(contract.format, quote="", preamble_rows=0, footer_rows=0))
    _head, body = write_body(decoded_blocks(path, contract.format, notes), plain, work)
    headers = [column.header for column in contract.columns]
    pointers = ", ".join(quoted(_pointer(header)) for header in headers)
    columns = ", ".join(f"c[{index}] as c{index}" for index in range(1, len(headers) + 1))
    nested = (
        "len(list_filter(c, lambda x: x[1] in ('{', '['))) > 0 "
        f"and list_has_any(json_type(line, [{pointers}]), ['OBJECT', 'ARRAY'])"
    )
    connection.execute(f"""
        create or replace temp table {RAW} as
        with lines as (
            select row_number() over () as row_number, line
            from read_csv({quoted(body.path)}, auto_detect=false, header=false, columns={{'line': 'VARCHAR'}},
                delim={quoted(NO_DELIMITER)}, quote='', escape='', comment='', skip=0, nullstr='\x01null',
                strict_mode=true, encoding='utf-8', compression='none', max_line_size={MAX_LINE_BYTES})
        ), judged as (
            select *,
                line = chr({ord(BLANK)}) or trim(line, chr(32) || chr(9) || chr(13)) = '' as is_blank,
                case when json_valid(line) then json_type(line) = 'OBJECT' else false end as is_object
            from lines
        ), objects as (
            select *,
                case when is_object then json_keys(line) end as keys,
                case when is_object then json_extract_string(line, [{pointers}]) end as c
            from judged
        )
        select row_number,
            case when not is_object or len(keys) <> len(list_distinct(keys)) or ({nested}) then '{NOT_JSON}'
                when contains(line, '\\u0000') then '{ZERO_BYTE}'
            end as structure,
            is_blank, line, keys, {columns}
        from objects""")
    body.path.unlink()
    _check(connection, contract, body.lines, is_ended=body.is_ended)
    notes.extend(_absent(connection, contract))
    return Loaded(
        cells={column.name: f"c{index}" for index, column in enumerate(contract.columns, start=1)},
        kinds=dict.fromkeys((column.name for column in contract.columns), "json"),
        raw="list_value(line)",
        rows_blank=connection.execute(f"select count(*) from {RAW} where is_blank").fetchone()[0],
        notes=tuple(notes),
    )


def _pointer(header: str) -> str:
    return "/" + header.replace("~", "~0").replace("/", "~1")


def _check(connection: Any, contract: Contract, lines: int, *, is_ended: bool) -> None:
    count, last = connection.execute(f"select count(*), arg_max(line, row_number) from {RAW}").fetchone()
    if last != SENTINEL or count != lines:
        raise ExtractRefused("the file does not match its contract", ["lines cannot be told apart; check the export"])
    connection.execute(f"delete from {RAW} where row_number = (select max(row_number) from {RAW})")
    rows, objects, is_last_broken = connection.execute(
        "select count(*), count(keys), coalesce(arg_max(keys is null, row_number), false) "
        f"from {RAW} where not is_blank"
    ).fetchone()
    problems = []
    if rows and not objects:
        problems.append(f"none of the {rows} lines is a JSON object; expected one object per line (JSON lines)")
    elif is_last_broken and not is_ended:
        problems.append(f"row {count - 1}: the last line is half an object; the file seems cut off; send it again")
    if objects:
        problems.extend(_names(connection, contract))
    if problems:
        raise ExtractRefused("the file does not match its contract", problems)


def _keys(connection: Any) -> list[str]:
    rows = connection.execute(f"select distinct keys from {RAW} where keys is not null").fetchall()
    return sorted({key for (keys,) in rows for key in keys})


def _names(connection: Any, contract: Contract) -> list[str]:
    """Problems of the names used anywhere in the file. A name may be absent altogether only if no other is unknown."""
    keys = _keys(connection)
    headers = {column.header for column in contract.columns}
    unknown = set(keys) - headers
    absent = [column.header for column in contract.columns if column.header not in keys]
    needed = {column.header for column in contract.columns if column.required or column.key}
    if not unknown and not needed & set(absent):
        return []
    if contract.format.extra_columns == "ignore" and not absent:
        return []
    _positions, problems = match_header(keys, contract, where="the objects' names, in alphabetical order")
    return problems


def _absent(connection: Any, contract: Contract) -> list[str]:
    keys = _keys(connection)
    absent = [column.header for column in contract.columns if column.header not in keys]
    return [f"no line has the name '{header}'" for header in absent if keys]

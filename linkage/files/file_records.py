"""Files as person records: each role's values in their standard form, each record with its file, id and truth.

Reading is `file_reader.py`, which column holds what `file_columns.py`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage.files.file_columns import FileColumns, Wanted, clashing_columns, columns_of, extra_columns, unknown_columns
from linkage.files.file_reader import ROW, read_raw
from linkage.files.standard_forms import date_text, standard_form, text_form
from settings.duck import identifier, quoted
from settings.errors import UserError

READ_TOGETHER = ("given_name", "family_name", "address")  # several columns are one text; of other roles, the first


def read_files(work: Any, files: Sequence[Path], wanted: Wanted) -> tuple[dict[str, FileColumns], dict[str, int]]:
    """Make tables `person_records` and `source` (record_id, file_no, file, own_id, truth).

    Table `raw_<n>` keeps the n-th file as it is. Returns the columns by file, and how many values of each role have no
    standard form.

    Raises UserError that lists every problem of all files.
    """
    problems = clashing_columns(wanted)
    names = [path.name if [other.name for other in files].count(path.name) == 1 else str(path) for path in files]
    headers: dict[str, list[str]] = {}
    for place, (name, path) in enumerate(zip(names, files, strict=True)):
        if name in names[:place]:
            problems.append(f"{name}: named twice")
        elif header := read_raw(work, f"raw_{place}", name, path, problems):
            headers[name] = header
    if not problems:
        problems += unknown_columns(wanted, headers)
    columns = {name: columns_of(header, wanted) for name, header in headers.items()}
    if not problems:
        problems += _unusable(work, columns)
    if problems:
        raise UserError("the files cannot be linked", problems)
    work.execute("create or replace table person_records as " + _union(work, columns, extra_columns(wanted.extras)))
    work.execute("create or replace table source as " + " union all by name ".join(_sources(columns)))
    return columns, _unread(work, columns)


def _unusable(work: Any, columns: Mapping[str, FileColumns]) -> list[str]:
    problems = []
    for place, (name, found) in enumerate(columns.items()):
        if not found.roles and not found.extras:
            problems.append(f"{name}: no column has an obvious identity role; name them with --map role=column")
        if found.identifier:
            column = identifier(found.identifier)
            empty, twice = work.execute(f"""
                select count(*) - count({column}), count({column}) - count(distinct {column}) from raw_{place}
            """).fetchone()
            if empty:
                problems.append(f"{name}: {empty:,} row(s) have no '{found.identifier}'; use --id row_number")
            if twice:
                problems.append(
                    f"{name}: '{found.identifier}' is not unique, {twice:,} row(s) repeat an earlier one; "
                    "name another column with --id, or use --id row_number"
                )
    return problems


def _own_id(found: FileColumns) -> str:
    return identifier(found.identifier) if found.identifier else f"{identifier(ROW)}::varchar"


def _record_id(place: int, found: FileColumns) -> str:
    return f"'{place:04}|' || {_own_id(found)} as record_id"


def _value(role: str, found: FileColumns) -> str:
    names = [identifier(column) for column in found.roles[role]]
    if len(names) == 1:
        return names[0]
    return f"concat_ws(' ', {', '.join(names)})" if role in READ_TOGETHER else f"coalesce({', '.join(names)})"


def _union(work: Any, columns: Mapping[str, FileColumns], extras: Mapping[str, str]) -> str:
    """SQL of the standardised records of all files."""
    queries = []
    for place, (name, found) in enumerate(columns.items()):
        values = []
        for role in IDENTITY_ROLES:
            if role in found.roles:
                value = _value(role, found)
                month_first = role == "birth_date" and _is_month_first(work, place, value)
                values.append(f"{standard_form(role, value, is_month_first=month_first)} as {role}")
            else:
                values.append(f"null::{'date' if role == 'birth_date' else 'varchar'} as {role}")
        for column, made in extras.items():
            values.append(f"{text_form(identifier(column)) if column in found.extras else 'null::varchar'} as {made}")
        queries.append(
            f"select {_record_id(place, found)}, {quoted(name)} as dataset, {', '.join(values)} from raw_{place}"
        )
    return " union all ".join(queries)


def _is_month_first(work: Any, place: int, value: str) -> bool:
    """Whether more of the dates can be read with the month before the day than with the day before the month."""
    text = date_text(value)
    day, month = (f"count(try_strptime({text}, '{written}'))" for written in ("%d/%m/%Y", "%m/%d/%Y"))
    return bool(work.execute(f"select {month} > {day} from raw_{place}").fetchone()[0])


def _sources(columns: Mapping[str, FileColumns]) -> list[str]:
    return [
        f"select {_record_id(place, found)}, {place} as file_no, {quoted(name)} as file, {_own_id(found)} as own_id, "
        f"{identifier(found.truth) if found.truth else 'null::varchar'} as truth from raw_{place}"
        for place, (name, found) in enumerate(columns.items())
    ]


def _unread(work: Any, columns: Mapping[str, FileColumns]) -> dict[str, int]:
    """Values that are there and have no standard form, by role: they count as missing."""
    unread: dict[str, int] = {}
    for place, (name, found) in enumerate(columns.items()):
        for role in found.roles:
            written = work.execute(f"select count(nullif({_value(role, found)}, '')) from raw_{place}").fetchone()[0]
            read = work.execute(f"select count({role}) from person_records where dataset = ?", [name]).fetchone()[0]
            unread[role] = unread.get(role, 0) + written - read
    return {role: count for role, count in unread.items() if count}

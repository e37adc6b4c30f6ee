"""Write one night's rows as the contract says that the partner delivers them. What the rows say is `nights.py`.

The same rows give the same bytes: no times, no host names, one order.
"""

import gzip
import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from duckdb_extensions import import_extension
from numpy.typing import NDArray

from ingestion.contract import Column, Contract
from settings.duck import connect, identifier, quoted

BROKEN = {  # data set -> (column name, what a broken row says there); each breaks the contract
    "adult_social_care": ("start_date", "31/02/2019"),
    "childrens_social_care": ("referral_date", "2019-13-01"),
    "school_census": ("absence_percent", "n/a"),
    "council_tax": ("liable_from", "00000000"),
    "housing_tenancy": ("rent_arrears", -1),
    "homelessness": ("application_date", "not known"),
    "gp_register": ("sex", "indeterminate"),
    "emergency_attendance": ("arrival_date", "99999999"),
    "police_incident": ("incident_date", "31-Feb-2024"),
    "home_safety_visit": ("visit_date", "tbc"),
}
SEX = {  # what each partner writes for F, M and not known
    "adult_social_care": ("Female", "Male", "Unknown"),
    "childrens_social_care": ("2", "1", "0"),
    "school_census": ("F", "M", None),
    "gp_register": ("female", "male", "unknown"),
    "emergency_attendance": ("2", "1", "X"),
}
SPACED_NHS_NUMBERS = ("adult_social_care",)
GZIP_LEVEL = 4
PREAMBLE = ("FENSHIRE REVENUES PARTNERSHIP|COUNCIL TAX EXTRACT", "EXTRACT DATE|{date}")
INSTRUCTIONS = "(code),(name),(month),(number of people)"
CHUNK = 1 << 22  # characters copied at once


def file_name(contract: Contract, extract_date: np.datetime64) -> str:
    """The file's path below the landing folder."""
    return contract.format.pattern.replace("{date}", extract_date.astype(object).strftime(contract.format.date_in_name))


def writer() -> Any:
    """A DuckDB connection that can write every format of the contracts."""
    connection = connect()
    import_extension("excel", con=connection)
    connection.execute("load excel")
    return connection


def write_file(
    connection: Any, contract: Contract, columns: dict[str, NDArray], landing: Path, *, extract_date: np.datetime64
) -> Path:
    """Write `columns` (by column name, with the row flag `is_broken`) and return the file's path.

    connection: from `writer()`.
    """
    style = contract.format
    path = landing / file_name(contract, extract_date)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    connection.register("rows", pa.table({name: _arrow(values) for name, values in columns.items()}))
    query = f"select {', '.join(_expression(contract, column) for column in contract.columns)} from rows"
    if style.kind == "parquet":
        pyarrow.parquet.write_table(connection.execute(query).to_arrow_table(), part, compression="zstd")
    else:
        options = {
            "xlsx": f"format xlsx, header true, sheet {quoted(style.sheet or 'Sheet1')}",
            "jsonl": "format json",
            "csv": f"format csv, delimiter {quoted(style.delimiter)}, header true, nullstr {quoted(_null(contract))}",
        }[style.kind]
        connection.execute(f"copy ({query}) to {quoted(part)} ({options})")
    connection.unregister("rows")
    if style.kind == "csv":
        _finish(contract, part, path, columns, extract_date)
        part.unlink()
    else:
        part.replace(path)
    return path


def _arrow(values: NDArray) -> pa.Array:
    if values.dtype == object:
        return pa.array(values, type=pa.string())
    return pa.array(values)


def _null(contract: Contract) -> str:
    return contract.format.null_values[-1]


def _expression(contract: Contract, column: Column) -> str:
    """The SQL that turns the true value into what the partner writes, named by the partner's header."""
    name, style = identifier(column.name), contract.format
    text = style.kind in ("csv", "jsonl")
    value = name
    if column.identity == "sex" and contract.dataset in SEX:
        female, male, unknown = (quoted(code) if code else "null" for code in SEX[contract.dataset])
        value = f"case {name} when 'F' then {female} when 'M' then {male} else {unknown} end"
    elif column.identity == "nhs_number" and contract.dataset in SPACED_NHS_NUMBERS:
        value = f"{name}[1:3] || ' ' || {name}[4:6] || ' ' || {name}[7:]"
    elif column.logical_type == "date" and (text or (style.kind == "xlsx" and column.identity)):
        value = f"strftime({name}, {quoted(column.date_format or style.date_format)})"
    elif column.logical_type == "boolean" and style.kind != "parquet":
        value = f"case when {name} then {quoted(style.true_values[0])} else {quoted(style.false_values[0])} end"
    elif column.logical_type == "number" and style.thousands:
        value = f"format('{{:{style.thousands}.2f}}', {name})"
    broken, says = BROKEN.get(contract.dataset, (None, None))
    if broken == column.name:
        wrong = quoted(says) if isinstance(says, str) else str(says)
        other = value if isinstance(says, int) or style.kind == "parquet" else f"cast({value} as varchar)"
        value = f"case when is_broken then {wrong} else {other} end"
    return f"{value} as {identifier(column.header)}"


def _finish(
    contract: Contract, part: Path, path: Path, columns: dict[str, NDArray], extract_date: np.datetime64
) -> None:
    """Copy DuckDB's plain CSV into the partner's encoding and compression, with preamble, instructions and footer."""
    style = contract.format
    hidden = path.with_name(f".{path.name}.done")
    with part.open(encoding="utf-8", newline="") as source, _target(contract, hidden) as target:
        for line in PREAMBLE[: style.preamble_rows]:
            target.write(line.format(date=extract_date) + "\n")
        target.write(source.readline())
        for _ in range(style.instruction_rows):
            target.write(INSTRUCTIONS + "\n")
        shutil.copyfileobj(source, target, CHUNK)
        for _ in range(style.footer_rows):
            total = np.nansum(columns["arrears"])
            target.write(f"TOTAL{style.delimiter}{len(columns['arrears'])}{style.delimiter}{total:.2f}\n")
    hidden.replace(path)


def _target(contract: Contract, path: Path) -> Any:
    """`path` open for text in the contract's encoding; gzip without name and time in its header."""
    if contract.format.compression != "gzip":
        return path.open("w", encoding=contract.format.encoding, newline="")
    raw = gzip.GzipFile(filename="", mode="wb", fileobj=path.open("wb"), compresslevel=GZIP_LEVEL, mtime=0)
    return io.TextIOWrapper(raw, encoding=contract.format.encoding, newline="")

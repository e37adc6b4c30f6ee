"""Read one partner file by its contract into typed rows and rejects, in a DuckDB connection.

The one place that knows which reader takes which kind of file. Nothing is kept here: `ingest.py` does that.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.csv_reader import load_csv
from ingestion.erased import Erased, leave_out
from ingestion.jsonl_reader import load_jsonl
from ingestion.loaded import Loaded
from ingestion.parquet_reader import load_parquet
from ingestion.typing_rules import REJECTS, TYPED, apply_rules
from ingestion.xlsx_reader import load_xlsx

SHOWN_RULES = 12


@dataclass(frozen=True)
class Reading:
    """What a file held, in counts. The rows are in the connection's tables TYPED and REJECTS."""

    rows_read: int
    rows_rejected: int
    rejected_by_rule: tuple[tuple[str, str, int], ...]  # column ("" for the row), rule, rows
    rows_blank: int
    raw: str  # SQL of a row as it came
    notes: tuple[str, ...]
    rows_stated: int | None  # by the file's own footer
    problems: tuple[str, ...]  # why the extract as a whole is refused; empty: it is sound

    @property
    def rows_accepted(self) -> int:
        return self.rows_read - self.rows_rejected


def read_extract(connection: Any, path: Path, contract: Contract, work: Path) -> Reading:
    """Read `path` by `contract`; `work` is a restricted folder for working files.

    Raises ExtractRefused, listing every problem, where the file cannot be read by its contract. Too many rejected rows
    are no such error: they are `Reading.problems`, because their rows are to be kept in quarantine.
    """
    loaded = _load(connection, path, contract, work)
    apply_rules(connection, contract, loaded)
    read = connection.execute(f"select count(*) from {TYPED}").fetchone()[0]
    rejected, by_rule = _rejected(connection)
    reading = Reading(read, rejected, by_rule, loaded.rows_blank, loaded.raw, loaded.notes, loaded.rows_stated, ())
    return replace(reading, problems=tuple(_problems(connection, contract, reading)))


def without_erased(connection: Any, contract: Contract, reading: Reading, erased: Erased | None) -> Reading:
    """`reading` without the rows of erased persons, which are gone from the tables too; how many is noted."""
    sent = leave_out(connection, contract, erased)
    if not sent:
        return reading
    rejected, by_rule = _rejected(connection)
    note = f"{sent} row(s) of erased persons were sent and not taken; ask the partner to stop sending them"
    return replace(
        reading,
        rows_read=reading.rows_read - sent,
        rows_rejected=rejected,
        rejected_by_rule=by_rule,
        notes=(*reading.notes, note),
    )


def _rejected(connection: Any) -> tuple[int, tuple[tuple[str, str, int], ...]]:
    """Rows rejected, and rows by column and rule."""
    rejected = connection.execute(f"select count(distinct row_number) from {REJECTS}").fetchone()[0]
    by_rule = connection.execute(
        f"select coalesce(column_name, ''), rule, count(distinct row_number) as rows from {REJECTS} "
        "group by all order by rows desc, 1, 2"
    ).fetchall()
    return rejected, tuple(by_rule)


def _load(connection: Any, path: Path, contract: Contract, work: Path) -> Loaded:
    kind = contract.format.kind
    if kind == "csv":
        return load_csv(connection, path, contract, work)
    if kind == "jsonl":
        return load_jsonl(connection, path, contract, work)
    if kind == "xlsx":
        return load_xlsx(connection, path, contract)
    return load_parquet(connection, path, contract)


def _problems(connection: Any, contract: Contract, reading: Reading) -> list[str]:
    if reading.rows_stated not in (None, reading.rows_read):
        return [
            f"the footer states {reading.rows_stated} rows, the file has {reading.rows_read}; "
            "rows are missing or doubled; send the file again whole"
        ]
    if reading.rows_read == 0 and contract.delivery == "snapshot":
        return ["the file has no data row; an empty snapshot would say that nobody is known, so it is not taken"]
    if reading.rows_rejected <= contract.rejected_share_tolerance * reading.rows_read:
        return []
    share = reading.rows_rejected / reading.rows_read
    problems = [
        f"{reading.rows_rejected} of {reading.rows_read} rows are rejected ({share:.1%}); the contract allows "
        f"{contract.rejected_share_tolerance:.1%}; mend the rows below and send the file again"
    ]
    for column, rule, rows in reading.rejected_by_rule[:SHOWN_RULES]:
        where = f"column_name = '{column}'" if column else "column_name is null"
        first, message = connection.execute(
            f"select min(row_number), min(message) from {REJECTS} where rule = '{rule}' and {where}"
        ).fetchone()
        of = f"column '{contract.column(column).header}', " if column else ""
        problems.append(f"{of}rule {rule}: {rows} row(s), first in row {first}; {message}")
    if len(reading.rejected_by_rule) > SHOWN_RULES:
        problems.append(f"and {len(reading.rejected_by_rule) - SHOWN_RULES} more rules; the receipt lists them")
    return problems

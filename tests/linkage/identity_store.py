"""Makes small identity stores for the linkage tests: table `identity.person_records` from literal rows or from SQL."""

from datetime import date
from pathlib import Path
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage.decisions import record_decision
from linkage.store import open_work
from settings.duck import connect
from settings.paths import REPOSITORY, Home

POLICIES = REPOSITORY / "region" / "policies"
AS_OF = "2026-06-01"
COLUMNS = ("record_id", "dataset", "extract_date", "last_seen_date", *IDENTITY_ROLES)
DATES = ("extract_date", "last_seen_date", "birth_date")
TYPES = {name: "date" if name in DATES else "varchar" for name in COLUMNS}


def quick_policies(folder: Path, **changes: Any) -> Path:
    """The region's linkage policy with smaller training samples and `changes`, in a folder of its own."""
    values = {"training_pairs_u": 100_000, "training_pairs_m": 50_000} | changes
    lines = (POLICIES / "linkage.csv").read_text(encoding="utf-8")
    lines += "".join(f"2021-01-01,{name},{value},test\n" for name, value in values.items())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "linkage.csv").write_text(lines, encoding="utf-8")
    return folder


def write_records(home: Home, records: list[dict[str, Any]]) -> None:
    """Replace `identity.person_records` by `records`; what a record leaves out is null."""
    with _store(home) as connection:
        _empty_table(connection)
        for record in records:
            row = {"dataset": "gp", "extract_date": date(2026, 6, 1), "last_seen_date": date(2026, 6, 1)} | record
            connection.execute(
                f"insert into identity.person_records values ({', '.join('?' * len(COLUMNS))})",
                [row.get(name) for name in COLUMNS],
            )


def write_query(home: Home, query: str) -> None:
    """Replace `identity.person_records` by the rows of an SQL query with some of its columns."""
    with _store(home) as connection:
        _empty_table(connection)
        connection.execute(f"insert into identity.person_records by name select * from ({query})")


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query on the identity store."""
    with connect(home.identity_db, read_only=True) as connection:
        found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
        return found


def change(home: Home, statements: str) -> None:
    """Run SQL on the identity store."""
    with _store(home) as connection:
        connection.execute(statements)


def decide(home: Home, decision: str, pair: tuple[str, str]) -> None:
    """A clerk's decision on two records."""
    with open_work(home) as work:
        record_decision(
            work, pair, decision, reviewer="ann", decided_at="2026-06-01T00:00:00", match_probability=None,
            model_version=None,
        )  # fmt: skip


def _store(home: Home) -> Any:
    return connect(home.identity_db)


def _empty_table(connection: Any) -> None:
    connection.execute("create schema if not exists identity")
    connection.execute(
        f"create or replace table identity.person_records ({', '.join(f'{name} {TYPES[name]}' for name in COLUMNS)})"
    )

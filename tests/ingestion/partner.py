"""A made-up partner for tests: contracts in a line or two, and files dropped into a landing folder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import Column, Contract, DeliveryFormat
from ingestion.ingest import IngestResult, ingest_dataset
from settings.paths import Home

SUFFIXES = {"csv": "csv", "jsonl": "jsonl", "xlsx": "xlsx", "parquet": "parquet"}


def column(name: str, logical_type: str = "string", **more: Any) -> Column:
    return Column(name=name, header=more.pop("header", name), logical_type=logical_type, **more)


PEOPLE = (
    column("id", key=True, required=True),
    column("name"),
    column("born", "date"),
    column("amount", "number"),
)


def contract(*columns: Column, kind: str = "csv", delivery: str = "snapshot", **more: Any) -> Contract:
    """A contract for `columns` (by default PEOPLE); keywords of the delivery format or of the contract."""
    facts = {name: more.pop(name) for name in list(more) if name in Contract.__dataclass_fields__}
    suffix = SUFFIXES[kind] + (".gz" if more.get("compression") else "")
    whole = Contract(
        dataset="things",
        version="1.0.0",
        title="Things",
        description="",
        grain="One thing",
        partner="County",
        organisation_type="county",
        owner="County",
        subject="person",
        delivery=delivery,
        format=DeliveryFormat(pattern=more.pop("file", f"county/things_{{date}}.{suffix}"), kind=kind, **more),
        columns=columns or PEOPLE,
        lead_service="County",
    )
    return replace(whole, **facts)


def land(home: Home, name: str, content: bytes | str) -> Path:
    path = home.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def take(home: Home, made: Contract, content: bytes | str, date: str = "2025-01-01") -> IngestResult:
    land(home, made.format.pattern.format(date=date), content)
    return ingest_dataset(made, home)


def rows(result: IngestResult, columns: str = "* exclude (row_number)") -> list[tuple[Any, ...]]:
    """The accepted rows of the snapshot in force, in the order of the file."""
    return duckdb.sql(
        f"select {columns} from read_parquet('{result.snapshot}', hive_partitioning=false) order by row_number"
    ).fetchall()


def rejects(result: IngestResult) -> list[tuple[Any, ...]]:
    """(row number, column, rule) of the snapshot in force."""
    assert result.snapshot is not None
    path = result.snapshot.with_name(result.snapshot.name.replace("snapshot", "rejects"))
    return duckdb.sql(f"select row_number, column_name, rule from '{path}' order by all").fetchall()


def refused(result: IngestResult) -> str:
    """The problems of a refused file as one text."""
    assert result.status == "refused", f"{result.status}: {result.rows_read} read, {result.rows_rejected} rejected"
    assert result.problems
    return "\n".join(result.problems)

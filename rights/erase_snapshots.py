"""A person's rows taken out of everything that ingestion keeps: snapshots of all dates, quarantine, landing files.

Which identifiers are remembered is decided here too, because only the rows as sent have them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.departed import departed_data_sets, remove_departed
from ingestion.erased import Erased, digest_parameters, digest_sql, find_rows, marks_sql
from ingestion.kept_rows import extract_date_of, rewrite_without, rows_of, snapshot_files
from ingestion.landing import find_extracts
from ingestion.receipts import PARTITION
from settings.duck import connect
from settings.paths import Home


@dataclass(frozen=True)
class Removed:
    """rows: of snapshots, which were rewritten. record_ids: of these rows."""

    rows: int
    snapshots: int
    quarantined_files: int
    landing_files: int
    record_ids: tuple[str, ...]


def digests_of(
    home: Home, contracts: Mapping[str, Contract], record_ids: Iterable[str], *, key: bytes
) -> tuple[str, ...]:
    """Keyed digests of every identifier that the records ever had, of those that belong to nobody else.

    A number that another person's record bears too, by a partner's mistake, is not remembered: it would take that
    person's records away as well.
    """
    with connect(folder=home.identity) as work:
        work.execute("create table wanted as select unnest($ids::varchar[]) as record_id", {"ids": list(record_ids)})
        work.execute("create table mark (record_id varchar, text varchar)")
        for contract in _about_people(contracts):
            marks = marks_sql(contract)
            texts = ", ".join(marks.values())
            own_id = marks["record"].removeprefix("'record:' || ")
            for path in snapshot_files(home, contract):
                work.execute(f"""
                    insert into mark select distinct {own_id} as record_id, unnest([{texts}]) as text
                    from {rows_of(work, path)}
                """)
        found = work.execute(
            f"""
            with mine as (select distinct text from mark semi join wanted using (record_id) where text is not null),
            others as (select distinct text from mark anti join wanted using (record_id))
            select {digest_sql("text")} as digest from mine anti join others using (text) order by digest
            """,
            digest_parameters(key),
        ).fetchall()
    return tuple(digest for (digest,) in found)


def remove_rows(home: Home, contracts: Mapping[str, Contract], erased: Erased) -> Removed:
    """Rewrite every snapshot that holds a row of `erased`; remove the landing files they came from, and rejected rows.

    A rejected row cannot be read well enough to tell whose it is, so all rejected rows kept so far go, and the landing
    files that hold them or were refused as a whole. Files that no run has read yet stay: they are judged on arrival.
    """
    rows = snapshots = landing = 0
    records: set[str] = set()
    with connect(folder=home.identity) as work:
        for contract in _about_people(contracts):
            dates = _with_refused_rows(home, contract)
            for path in snapshot_files(home, contract):
                if found := _remove_from(work, contract, erased, path, records):
                    rows += found
                    dates.add(extract_date_of(path))
                    snapshots += 1
            for extract in find_extracts(contract, home.landing):
                if extract.extract_date in dates:
                    extract.path.unlink()
                    landing += 1
    # without a contract no row can be told from another's: all of them go
    remove_departed(home, departed_data_sets(home, contracts))
    rejected = list(home.quarantine.glob("*/*/rows-*.parquet"))
    for path in rejected:
        path.unlink()
    return Removed(rows, snapshots, len(rejected), landing, tuple(sorted(records)))


def _remove_from(work: Any, contract: Contract, erased: Erased, path: Path, records: set[str]) -> int:
    own_id = marks_sql(contract)["record"].removeprefix("'record:' || ")
    found = find_rows(work, contract, erased, source=rows_of(work, path), row=f"row_number, {own_id} as record_id")
    if found:
        records.update(record for (record,) in work.execute("select record_id from erased_row").fetchall())
        rewrite_without(work, path, "select row_number from erased_row")
    return found


def _with_refused_rows(home: Home, contract: Contract) -> set[str]:
    """Dates of the extracts of which rows, or all, were refused."""
    return {path.name.removeprefix(PARTITION) for path in (home.quarantine / contract.dataset).glob(f"{PARTITION}*")}


def _about_people(contracts: Mapping[str, Contract]) -> list[Contract]:
    return [contract for _, contract in sorted(contracts.items()) if contract.subject == "person"]

"""The identity database as linkage sees it: records and earlier steps read in, results written in one transaction.

Splink's own tables stay in a working database in memory (it may spill beside the identity store, inside the restricted
folder); only results reach `identity_store.duckdb`. No step's logic belongs here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from linkage.id_registry import TABLES as REGISTRY_TABLES
from settings.duck import attach, connect, quoted
from settings.duck import has_table as database_has
from settings.errors import UserError
from settings.files import sha256_of_files
from settings.fingerprints import digest_of
from settings.paths import Home

STORE = "identity_store"
_TABLES = """
create table if not exists linkage.step (step varchar primary key, fingerprint varchar, counts varchar);
create table if not exists linkage.touched (record_id varchar);
create table if not exists linkage.reclustered (record_id varchar);
create table if not exists linkage.decision_used (kind varchar, record_id_l varchar, record_id_r varchar);
"""


@contextmanager
def open_work(home: Home, *, read_only: bool = False) -> Iterator[Any]:
    """A working database in memory with the identity database attached as `identity_store`.

    Raises UserError where the identity database or its table of person records is not there yet.
    """
    if not home.identity_db.exists():
        raise UserError(
            "linkage has nothing to read", ["identity_store.duckdb is not there; run ingestion and staging first"]
        )
    work = connect(folder=home.identity)
    try:
        attach(work, home.identity_db, STORE, read_only=read_only)
        if not has_table(work, "identity", "person_records"):
            raise UserError(
                "linkage has nothing to read", ["table identity.person_records is not there; run staging first"]
            )
        if not read_only:
            work.execute(f"create schema if not exists {STORE}.linkage")
            for statement in (*REGISTRY_TABLES.split(";"), *_TABLES.split(";")):
                if statement.strip():
                    work.execute(statement.replace("linkage.", f"{STORE}.linkage.", 1))
        yield work
    finally:
        work.close()


def has_table(work: Any, schema: str, table: str) -> bool:
    """Whether the identity database holds this table or view."""
    return database_has(work, schema, table, database=STORE)


def need_table(work: Any, table: str, step: str) -> None:
    """Raise UserError where `linkage.<table>` is not there: `step` has to run first."""
    if not has_table(work, "linkage", table):
        raise UserError("linkage is not that far yet", [f"table linkage.{table} is not there; run {step} first"])


def records_digest(work: Any) -> str:
    """A digest of every value of every person record, whatever their order."""
    return scored_digest(work, "hash(records)")


def scored_digest(work: Any, digest: str) -> str:
    """A digest of all person records by SQL `digest` of one; each record's own id is part of it."""
    count, total, folded = work.execute(f"""
        select count(*), coalesce(sum(hash(record_id, {digest})::hugeint), 0), bit_xor(hash({digest}, record_id))
        from {STORE}.identity.person_records as records
    """).fetchone()
    return digest_of(count, str(total), str(folded))


def count_records(work: Any) -> int:
    """How many person records there are."""
    count: int = work.execute(f"select count(*) from {STORE}.identity.person_records").fetchone()[0]
    return count


def count_rows(work: Any, table: str) -> int:
    """How many rows `linkage.<table>` has."""
    count: int = work.execute(f"select count(*) from {STORE}.linkage.{table}").fetchone()[0]
    return count


def left_out_mark(work: Any) -> list[Any] | None:
    """Stands for who is left out of which data set; None where nobody is, or nobody was asked."""
    if not has_table(work, "rights", "opted_out"):
        return None
    count, total = work.execute(f"""
        select count(*), coalesce(sum(hash(person_id, dataset)::hugeint), 0)::varchar from {STORE}.rights.opted_out
    """).fetchone()
    return [count, total] if count else None


def replace_pairs_view(work: Any, version: str) -> None:
    """`linkage.pairs` tells `linkage.scored_pair` by record ids, with reasons; every scored pair is of model `version`.

    `linkage.numbered_pairs` has `pair_no` besides: the pair's place in the stored table, for what reads pairs twice.
    """
    _drop_table(work, "pairs")
    work.execute(f"""
        create or replace view {STORE}.linkage.numbered_pairs as
        select
            scored_pair.rowid as pair_no, l.record_id as record_id_l, r.record_id as record_id_r,
            match_weight, match_probability, match_reason,
            if(match_weight is null, null, {quoted(version)}) as model_version
        from {STORE}.linkage.scored_pair as scored_pair
        join {STORE}.linkage.reason as reason using (reason_no)
        join {STORE}.linkage.record_key as l on record_no_l = l.record_no
        join {STORE}.linkage.record_key as r on record_no_r = r.record_no;

        create or replace view {STORE}.linkage.pairs as
        select * exclude (pair_no) from {STORE}.linkage.numbered_pairs;
    """)


def _drop_table(work: Any, name: str) -> None:
    """Drop table `linkage.<name>`, which an earlier release had, before a view takes its place."""
    kind = work.execute(
        "select 1 from duckdb_tables() where database_name = ? and schema_name = 'linkage' and table_name = ?",
        [STORE, name],
    ).fetchone()
    if kind:
        work.execute(f"drop table {STORE}.linkage.{name}")


def replace_clusters_view(work: Any, thresholds: Sequence[float]) -> None:
    """`linkage.clusters` spreads `linkage.cluster_span` out to one row per record and threshold."""
    _drop_table(work, "clusters")
    steps = ", ".join(f"({threshold})" for threshold in thresholds)
    work.execute(f"""
        create or replace view {STORE}.linkage.clusters as
        select record_id, threshold::double as threshold, cluster_id
        from {STORE}.linkage.cluster_span join (values {steps}) as steps(threshold) on threshold between low and high
    """)


@contextmanager
def transaction(work: Any) -> Iterator[None]:
    """All or nothing: a kill within leaves the identity database as it was."""
    work.execute("begin")
    try:
        yield
    except BaseException:
        work.execute("rollback")
        raise
    work.execute("commit")


def as_date(value: str | date) -> date:
    """A date, given as one or as ISO text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def files_digest(folder: Path, names: tuple[str, ...]) -> str:
    """A digest of the bytes of those of `names` in `folder` that are there."""
    return sha256_of_files([folder / name for name in names if (folder / name).exists()])

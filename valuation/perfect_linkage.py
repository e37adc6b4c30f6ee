"""The demo's tiers as they would be had linkage made no mistake: the night's own SQL, run on the truth of who is who.

Households are made again from the true persons, then `linked` and the tiers, from the queries that dbt compiled. What
is done to the tiers after dbt, if anything, is not done here. What an action gains there is judged as elsewhere.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from linkage.evaluation.evaluate import RECORD_ID
from linkage.households import make_households
from linkage.id_registry import TABLES as REGISTRY_TABLES
from linkage.policy import LinkagePolicy, read_policy
from linkage.store import STORE
from settings import duck
from settings.dbt_models import Query, queries_in_order
from settings.duck import identifier, quoted
from settings.paths import Home, Region
from sharing.build import DATABASE
from sharing.complementary import complementary
from sharing.tiers import TIERS
from valuation.units import see_people

LAYERS = ("linked", "tiers")
CHOSEN_IN_PYTHON = "complementary"  # the one model that is no query
FOLDER = ".perfect_linkage"  # beside the warehouse, and gone when valuation is done
READ_FROM_STORE = ("staging", "raw", "identity")


def is_known(home: Home) -> bool:
    """Whether the truth is there, and the night's queries with it."""
    return (home.truth / "records.parquet").exists() and bool(_queries(home))


@contextmanager
def perfect_warehouse(home: Home, region: Region, *, as_of: str) -> Iterator[Path]:
    """A warehouse file with `linked` and `tiers` of the true persons, removed at the end."""
    folder = home.warehouse_db.parent / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        path = folder / home.warehouse_db.name
        _build(home, region, path, as_of=as_of)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_perfect(home: Home, warehouse: Path, *, release: Path | None = None) -> Iterator[Any]:
    """As `units.open_valuation`, with the warehouse of the true persons and its tiers as the release."""
    work = duck.connect(folder=home.warehouse_db.parent)
    try:
        duck.attach(work, warehouse, "warehouse", read_only=True)
        work.execute("attach ':memory:' as release")
        duck.attach(work, (release or home.current) / DATABASE, "published", read_only=True)
        work.execute("create schema release.tiers; create schema release.about")
        work.execute("create view release.about.release as select * from published.about.release")
        for tier in TIERS:
            work.execute(f"create view release.tiers.{tier} as select * from warehouse.tiers.{tier}")
        see_people(work)
        yield work
    finally:
        work.close()


def make_true_persons(work: Any, home: Home, *, geography: Path, policy: LinkagePolicy, as_of: str) -> None:
    """Linkage's persons and households by the truth.

    work: with `identity_store` attached, which holds `identity.person_records` and no schema `linkage` yet.
    """
    work.execute(f"create schema {STORE}.linkage")
    for statement in filter(str.strip, REGISTRY_TABLES.split(";")):  # empty: every household gets a new id
        work.execute(statement.replace("linkage.", f"{STORE}.linkage.", 1))
    work.execute(f"""
        create table {STORE}.linkage.persons as
        with truth as (
            select {RECORD_ID} as record_id, any_value(true_person_id) as person_id
            from read_parquet({quoted(home.truth / "records.parquet")}) group by 1
        )
        select record_id, records.dataset, truth.person_id
        from {STORE}.identity.person_records as records join truth using (record_id)
    """)
    make_households(work, geography, policy=policy, as_of=as_of, batch="truth")
    work.execute(f"create table {STORE}.linkage.households as from household")


def run_queries(work: Any, queries: Iterable[Query]) -> None:
    """Make the tables of `queries` in the attached `warehouse`, in their order."""
    for query in queries:
        table = f"{identifier(query.layer)}.{identifier(query.name)}"
        work.execute(f"create schema if not exists warehouse.{identifier(query.layer)}")
        if query.name == CHOSEN_IN_PYTHON:
            work.register("withheld", complementary(work, schema="warehouse.linked"))
            work.execute(f"create table warehouse.{table} as select * from withheld")
        else:
            work.execute(f"create table warehouse.{table} as {query.sql}")


def _build(home: Home, region: Region, path: Path, *, as_of: str) -> None:
    policy = read_policy(region.policies, as_of=date.fromisoformat(as_of))
    work = duck.connect(folder=home.identity)
    try:
        duck.attach(work, path, "warehouse")
        work.execute(f"attach ':memory:' as {STORE}")
        duck.attach(work, home.identity_db, "night", read_only=True)
        tables = _see_the_night(work)
        make_true_persons(work, home, geography=home.geography, policy=policy, as_of=as_of)
        if ("rights", "opted_out") in tables:
            _true_opt_outs(work)
        run_queries(work, _queries(home))
    finally:
        work.close()


def _see_the_night(work: Any) -> list[tuple[str, str]]:
    """What the night read before linkage, as views of `identity_store`. Returns all of its tables: schema and name."""
    for schema in READ_FROM_STORE:
        work.execute(f"create schema {STORE}.{schema}")
    tables = work.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'night' union all "
        "select schema_name, view_name from duckdb_views() where database_name = 'night' and not internal"
    ).fetchall()
    for schema, table in tables:
        if schema in READ_FROM_STORE:
            name = f"{identifier(schema)}.{identifier(table)}"
            work.execute(f"create view {STORE}.{name} as select * from night.{name}")
    return list(tables)


def _true_opt_outs(work: Any) -> None:
    """The night's opt-outs, for the true persons of the records that they leave out."""
    work.execute(f"""
        create schema {STORE}.rights;
        create table {STORE}.rights.opted_out as
        select distinct truth.person_id, left_out.dataset
        from night.rights.opted_out as left_out
        join night.linkage.persons as persons
            on left_out.person_id = persons.person_id and left_out.dataset = persons.dataset
        join {STORE}.linkage.persons as truth on persons.record_id = truth.record_id
    """)


def _queries(home: Home) -> list[Query]:
    """What dbt ran last for `linked` and the tiers, each after those that it reads; none where it never ran."""
    target = home.generated / "target"
    try:
        return queries_in_order(
            target / "manifest.json",
            lambda node: (target / "compiled" / node["package_name"] / node["original_file_path"]).read_text(),
            wanted=lambda node: node["schema"] in LAYERS,
        )
    except FileNotFoundError:
        return []

"""A demo region's tiers without linkage error and without a night: read bare, linked by the truth, made by dbt's SQL.

For measuring valuation on many seeds. Only the tables are made here; judging them is `recovered_truth.py`.
"""

import shutil
from datetime import date
from pathlib import Path

from bench.bare import FOR_QUERIES, GEOGRAPHY, QUERIES
from bench.bare_read import read_dataset, read_places
from bench.compiled import compile_queries, read_queries
from bench.noise import write_noise
from demo.write import DEFAULT_START, write_demo
from ingestion.contract_reader import read_contracts
from ingestion.generate import generate
from linkage.policy import read_policy
from settings.duck import attach, connect, identifier
from settings.paths import Home, Region
from sharing.build import DATABASE
from valuation.perfect_linkage import make_true_persons, run_queries

AS_OF = DEFAULT_START
BEFORE_LINKAGE = ("staging", "identity")
STORE = "identity_store"
COMPILED = Path("dbt", "compiled")  # dbt puts what it compiles of generated models some folders above its target


def prepare(folder: Path, region: Region) -> None:
    """Have dbt compile its SQL for the region, once for all seeds. Raises UserError where dbt fails."""
    home = home_of(folder)
    generate(region, home)
    for needed in (home.warehouse_db.parent, folder / COMPILED):
        needed.mkdir(parents=True, exist_ok=True)
    compile_queries(home, region, as_of=AS_OF, geography=folder / GEOGRAPHY, path=folder / COMPILED / QUERIES)


def home_of(folder: Path) -> Home:
    """The home that the regions of one folder have, one after the other."""
    return Home(folder / "home")


def make_region(folder: Path, region: Region, *, people: int, seed: int, inequality: float = 0.5) -> Path:
    """Write a demo with a data set of noise, and its tables. Returns the warehouse; a release is beside it."""
    home, made = home_of(folder), folder / "made"
    for old in (home.landing, home.truth, folder / GEOGRAPHY, made):
        shutil.rmtree(old, ignore_errors=True)
    made.mkdir()
    write_demo(home, people=people, seed=seed, inequality=inequality, start_date=AS_OF)
    write_noise(home, extract_date=AS_OF, seed=seed)
    queries = read_queries(folder / COMPILED / QUERIES)
    warehouse = made / "warehouse.duckdb"
    with connect(folder=made) as work:
        work.execute(f"attach ':memory:' as {STORE}; {FOR_QUERIES}")
        attach(work, warehouse, "warehouse")
        work.execute(
            f"create schema {STORE}.raw; create table {STORE}.raw.latest_extract (dataset varchar, extract_date date)"
        )
        for contract in read_contracts(region.contracts).values():
            work.execute(f"insert into {STORE}.raw.latest_extract values (?, ?)", [contract.dataset, AS_OF])
            read_dataset(work, contract, home.landing, table=f"{STORE}.raw.{identifier(contract.dataset)}", work=made)
        read_places(work, region, home, folder / GEOGRAPHY)
        for layer in BEFORE_LINKAGE:
            work.execute(f"create schema {STORE}.{layer}")
        for query in (query for query in queries if query.layer in BEFORE_LINKAGE):
            work.execute(f"create table {STORE}.{query.layer}.{identifier(query.name)} as {query.sql}")
        policy = read_policy(region.policies, as_of=date.fromisoformat(AS_OF))
        make_true_persons(work, home, geography=folder / GEOGRAPHY, policy=policy, as_of=AS_OF)
        work.execute(
            f"create schema {STORE}.rights; create table {STORE}.rights.opted_out (person_id varchar, dataset varchar)"
        )
        run_queries(work, [query for query in queries if query.layer not in BEFORE_LINKAGE])
    with connect(made / DATABASE) as release:
        release.execute(f"create schema about; create table about.release as select '{AS_OF}' as as_of")
    return warehouse

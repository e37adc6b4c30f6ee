"""The same work done bare, in one process: `python -m bench.bare HOME REGION OUT AS_OF`.

Files are read with DuckDB's own readers; the SQL is what dbt compiled; the Splink model, its blocking and its training
are the product's. There is no Dagster, no dbt, no Great Expectations, no check, no reject, no receipt, no fingerprint,
no chart, no evaluation, no cost and no audit. Measuring the process is `measure.py`.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from bench.bare_read import read_dataset, read_places
from bench.compiled import read_queries
from ingestion.contract_reader import read_contracts
from linkage.policy import LinkagePolicy, read_policy
from settings.dbt_models import Query
from settings.duck import connect, identifier, quoted
from settings.files import write_json
from settings.paths import Home, Region

QUERIES, OUTCOME, GEOGRAPHY = "queries.json", "outcome.json", "geography"  # in OUT
STORE, WAREHOUSE = "identity_store", "warehouse"
# As dbt's profile sets them. Linkage orders what it writes and keeps DuckDB's defaults.
FOR_QUERIES = "set preserve_insertion_order = false; set disabled_compression_methods = 'fsst'"
FOR_LINKAGE = "reset preserve_insertion_order; reset disabled_compression_methods"


def do_bare(home: Home, region: Region, out: Path, *, as_of: str) -> dict[str, Any]:
    """All the work of one night, from `home.landing` into `out`. Returns seconds by stage and rows by tier."""
    seconds: dict[str, float] = {}
    queries = read_queries(out / QUERIES)
    rules = read_policy(region.policies, as_of=date.fromisoformat(as_of))
    with connect(folder=out) as work:
        work.execute(f"attach {quoted(out / 'identity_store.duckdb')} as {STORE}")
        work.execute(f"attach {quoted(out / 'warehouse.duckdb')} as {WAREHOUSE}")
        work.execute(f"create schema {STORE}.raw")
        work.execute(f"create schema {STORE}.linkage")
        with _timed("raw", seconds):
            latest = f"{STORE}.raw.latest_extract"
            work.execute(f"create table {latest} (dataset varchar, extract_date date)")
            for contract in read_contracts(region.contracts).values():
                work.execute(f"insert into {latest} values (?, ?)", [contract.dataset, as_of])
                table = f"{STORE}.raw.{identifier(contract.dataset)}"
                read_dataset(work, contract, home.landing, table=table, work=out)
        with _timed("geography", seconds):
            read_places(work, region, home, out / GEOGRAPHY)
        with _timed("staging and identity", seconds):
            _run(work, queries, ("staging", "identity"))
        _link(work, out / GEOGRAPHY, rules, as_of=as_of, seconds=seconds)
        for layer in ("linked", "tiers"):
            with _timed(layer, seconds):
                _run(work, queries, (layer,))
        tiers = [query.name for query in queries if query.layer == "tiers"]
        with _timed("published", seconds):
            rows = {tier: _publish(work, tier, out / "tiers") for tier in tiers}
    return {"seconds": seconds, "tier_rows": rows}


@contextmanager
def _timed(stage: str, seconds: dict[str, float]) -> Iterator[None]:
    sys.stdout.write(f"{stage}\n")
    sys.stdout.flush()
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started


def _run(work: Any, queries: Sequence[Query], layers: Sequence[str]) -> None:
    """Make the tables of `layers`, in the queries' order."""
    work.execute(FOR_QUERIES)
    for query in queries:
        if query.layer in layers:
            home = f"{identifier(query.database)}.{identifier(query.layer)}"
            work.execute(f"create schema if not exists {home}")
            work.execute(f"create table {home}.{identifier(query.name)} as {query.sql}")


def _link(work: Any, geography: Path, rules: LinkagePolicy, *, as_of: str, seconds: dict[str, float]) -> None:
    """Persons by plain Splink with the product's forms, keys and model: predict, then components at one threshold.

    Households by the product's SQL, with ids given and no registry or history kept.
    """
    from linkage.engine import open_linker
    from linkage.households import make_households
    from linkage.id_registry import TABLES
    from linkage.prepare import prepare_records
    from linkage.train import train

    work.execute(FOR_LINKAGE)
    for statement in filter(str.strip, TABLES.split(";")):  # empty: every household gets a new id
        work.execute(statement.replace("linkage.", f"{STORE}.linkage.", 1))
    with _timed("pairs", seconds):
        work.execute(f"create table person_records as select * from {STORE}.identity.person_records")
        prepared = prepare_records(
            work, max_block_size=rules.max_block_size, max_loose_block_size=rules.max_loose_block_size
        )
        linker = open_linker(work, train(work, prepared, policy=rules))
        scored = linker.inference.predict(threshold_match_probability=rules.pair_floor, warning_mode="never")
    with _timed("clusters", seconds):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_probability=rules.match_threshold
        )
    with _timed("persons", seconds):
        work.execute(_PERSONS.format(clusters=clusters.physical_name))
    for table in (scored, clusters):
        table.drop_table_from_database_and_remove_from_cache()
    with _timed("households", seconds):
        make_households(work, geography, policy=rules, as_of=as_of, batch="")
        work.execute(f"create table {STORE}.linkage.households as from household")
    work.execute(f"create schema if not exists {STORE}.rights")  # nobody is left out here
    work.execute(f"create table if not exists {STORE}.rights.opted_out (person_id varchar, dataset varchar)")
    for table in ("person_records", "record", "household"):
        work.execute(f"drop table {table}")  # they would lie in memory while the tiers are made


_PERSONS = f"""
create table {STORE}.linkage.persons as
select record.record_id, record.dataset, 'P' || clusters.cluster_id as person_id
from {{clusters}} as clusters join record using (record_no)
"""


def _publish(work: Any, tier: str, folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    table = f"{WAREHOUSE}.tiers.{identifier(tier)}"
    target = quoted(folder / f"{tier}.parquet")
    return int(work.execute(f"copy (from {table}) to {target} (format parquet, compression zstd)").fetchone()[0])


def main(arguments: Sequence[str]) -> None:
    """Do the work and write what it took to OUT."""
    home, region, out, as_of = arguments
    started = time.perf_counter()
    outcome = do_bare(Home(Path(home)), Region(Path(region)), Path(out), as_of=as_of)
    write_json(Path(out) / OUTCOME, outcome | {"total": time.perf_counter() - started})


if __name__ == "__main__":
    main(sys.argv[1:])

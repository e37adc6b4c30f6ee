"""Assets of layer `raw`: one per contract, each with its contract's checks; and the place lookups."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import dagster as dg

from ingestion.contract import Contract
from ingestion.departed import departed_lines
from ingestion.geography_plan import place_files
from ingestion.landing import unclaimed_files
from orchestration import checks, installation
from orchestration.night import Night
from orchestration.step import progress
from settings import duck, fingerprints

if TYPE_CHECKING:
    from rights.retention import Retained

DUCKDB_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


@lru_cache(maxsize=1)
def _unclaimed(_run_id: str) -> dict[str, list[str]]:
    """What no contract claims, looked for once a run."""
    home, contracts = installation.home(), installation.contracts()
    told = unclaimed_files(contracts.values(), home.landing, others=place_files(installation.region(), home))
    told.setdefault(min(contracts), []).extend(departed_lines(home, contracts))
    return told


def column_schema(contract: Contract) -> dg.TableSchema:
    """The snapshot's columns as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=DUCKDB_TYPES[column.logical_type],
                description=column.description or (column.measure.label if column.measure else None),
                constraints=dg.TableColumnConstraints(nullable=not column.required, unique=column.unique),
            )
            for column in contract.columns
        ]
    )


def raw_asset(contract: Contract) -> dg.AssetsDefinition:
    """The asset that takes one partner's extracts in, by contract, and checks what was taken."""

    @dg.asset(
        key=["raw", contract.dataset],
        group_name="raw",
        kinds={contract.format.kind, "parquet"},
        owners=[f"team:{checks.slug(contract.partner)}"],
        description=f"{contract.title}. {contract.description}\n\nGrain: {contract.grain}",
        metadata={"dagster/column_schema": column_schema(contract), "contract_version": contract.version},
        tags={"subject": contract.subject, "delivery": contract.delivery},
        check_specs=checks.specs_for(contract),
        code_version=contract.digest[:12],
    )
    def take_in(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
        from ingestion.ingest import ingest_dataset
        from ingestion.raw_view import register_raw_view
        from quality.data_docs import index_path
        from quality.gate import judge

        with night.step(context) as step:
            taken = ingest_dataset(contract, night.home, as_of=night.date)
            judgement = judge(contract, taken, night.home, as_of=night.date)
            removed = _retain(contract, night)
            if removed.records:  # the snapshot is another now: judged here, so that the next night has nothing to do
                judge(contract, replace(taken, receipts=()), night.home, as_of=night.date)
            with duck.connect(night.home.identity_db) as connection:
                snapshots = register_raw_view(connection, contract, night.home, as_of=night.date)
                (rows,) = connection.sql(f"select count(*) from raw.{duck.identifier(contract.dataset)}").fetchone()
            is_stale = taken.is_stale or judgement.is_stale
            misnamed = _unclaimed(context.run_id).get(contract.dataset, [])
            for line in misnamed:
                context.log.warning(line)
                progress.warning(line)
            used = [f"{path.parent.name}/{path.name}" for path in snapshots]
            mark = fingerprints.digest_of(used, is_stale, removed.records_ever)
            fingerprints.remember(night.home, f"raw/{contract.dataset}", mark, {"is_stale": is_stale})
            yield step.result(
                rows=rows,
                written_bytes=sum(path.stat().st_size for path in snapshots) if taken.receipts else 0,
                skipped=not taken.receipts and judgement.skipped,
                metadata=checks.metadata_of(taken, judgement)
                | {
                    "retention_extracts_removed": removed.extracts,
                    "retention_records_removed": removed.records,
                    "unclaimed_files": checks.listed(misnamed),
                    "notes": checks.listed([note for receipt in taken.receipts for note in receipt.notes]),
                    "data_docs_index": dg.MetadataValue.url(index_path(night.home).resolve().as_uri()),
                },
                check_results=checks.results_of(contract, taken, judgement),
            )

    return take_in


def _retain(contract: Contract, night: Night) -> "Retained":
    """What retention removes tonight; nothing in a region without the policy."""
    from rights.retention import Retained, horizon, read_snapshots_kept, retain

    kept = read_snapshots_kept(night.region.policies, as_of=night.date)
    if kept is None:
        return Retained()
    judged_on = horizon(night.contracts.values(), night.home, as_of=night.date)
    return retain(night.home, contract, as_of=night.date, judged_on=judged_on, snapshots_kept=kept)


@dg.asset(
    key=["geography", "lookups"],
    group_name="geography",
    kinds={"parquet"},
    description="Where each postcode, property and street lies: postcode, uprn, street, ward and district lookups.",
)
def place_lookups(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Load the place lookups that the region names."""
    from ingestion.geography import load_geography

    with night.step(context) as step:
        loaded = load_geography(night.region, night.home)
        files = list(night.home.geography.glob("*.parquet"))
        fingerprints.remember(night.home, "geography/lookups", fingerprints.sha256_of_files(files), {})
        yield step.result(
            rows=sum(loaded.rows.values()),
            written_bytes=0 if loaded.skipped else sum(path.stat().st_size for path in files),
            skipped=loaded.skipped,
            metadata={f"rows_{name}": rows for name, rows in loaded.rows.items()},
        )


@dg.definitions
def defs() -> dg.Definitions:
    """One asset per contract, and the lookups."""
    return dg.Definitions(assets=[place_lookups, *(raw_asset(item) for item in installation.contracts().values())])

"""Run dbt for the models that a step was given, and report rows, bytes, time and cost per model.

The models and their tests belong to `dbt_project/`. dbt's own log goes to the identity store: a database error may
quote a value.
"""

import graphlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.generate import dbt_environment
from lineage.model_sources import known_sources, sources_of_models
from orchestration import dbt_process, digests
from orchestration.night import Night
from settings import duck, fingerprints
from settings.errors import UserError
from settings.paths import Home
from sharing.disclosure_check import refuse_wrong_policies

# buildable: a test waits for the step that builds the last of its parents
BUILD = ["build", "--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"]
WAREHOUSE_LAYERS = {"linked", "tiers"}
BEFORE_LINKAGE = {"staging", "identity"}  # with them come the tables of `linked` that read no linkage


def build(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build and test the step's models, unless nothing they depend on changed."""
    keys = _in_order(context)
    layers = {key.path[0] for key in keys}
    name = "dbt-" + "-".join(sorted(layers))
    in_warehouse = bool(layers & WAREHOUSE_LAYERS)
    is_before_linkage = bool(layers & BEFORE_LINKAGE)
    digest_of = digests.of_facts if is_before_linkage else digests.of_tiers
    digest = fingerprints.digest_of(
        digest_of(night.home, night.region, night.contracts, as_of=night.date),
        [key.to_user_string() for key in keys],
    )
    produced = night.home.warehouse_db if in_warehouse else night.home.identity_db
    with night.step(context) as step:
        before = fingerprints.finished(night.home, name, digest, produced=produced)
        if before:
            made = {key: (before["rows"].get(key.to_user_string(), 0), 0) for key in keys}
            checks = list(_as_before(context, before["checks"]))
            sources = known_sources(night.home, [key.to_user_string() for key in keys])
            yield from step.results(made, seconds={}, skipped=True, checks=checks, sources=sources)
            yield from checks
            return
        fingerprints.forget(night.home, name)
        checks, seconds, compiled = _run_dbt(context, night, keys)
        made = _rows_and_bytes(night.home, keys)
        outcome = {
            "rows": {key.to_user_string(): rows for key, (rows, _) in made.items()},
            "checks": {_check_name(check.asset_key, check.check_name): check.passed for check in checks},
        }
        fingerprints.remember(night.home, name, digest, outcome)
        yield from step.results(
            made,
            seconds={key: seconds.get(key.path[-1], 0.0) for key in keys},
            checks=checks,
            sources=sources_of_models(night.home, compiled, as_of=night.date),
        )
        yield from checks


def _check_name(asset: dg.AssetKey | None, check: str | None) -> str:
    return f"{asset.to_user_string() if asset else ''}:{check}"


def _as_before(context: dg.AssetExecutionContext, outcomes: dict[str, bool]) -> Iterator[dg.AssetCheckResult]:
    """The outcome of each test when the step last ran: what it judged has not changed since."""
    for key in sorted(context.selected_asset_check_keys):
        name = _check_name(key.asset_key, key.name)
        if name in outcomes:
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=outcomes[name],
                severity=dg.AssetCheckSeverity.WARN,
                description="Nothing changed since it was judged.",
            )


def _in_order(context: dg.AssetExecutionContext) -> list[dg.AssetKey]:
    """The step's assets, each after those it reads: Dagster wants them told in that order."""
    wanted = context.selected_asset_keys
    reads = {key: sorted(context.assets_def.asset_deps[key] & wanted) for key in sorted(wanted)}
    return list(graphlib.TopologicalSorter(reads).static_order())


def _run_dbt(
    context: dg.AssetExecutionContext, night: Night, keys: Sequence[dg.AssetKey]
) -> tuple[list[dg.AssetCheckResult], dict[str, float], dict[str, str]]:
    """Run `dbt build` for the models of `keys`. Returns check results, seconds by model name, and SQL by asset."""
    refuse_wrong_policies(night.region.policies, as_of=date.fromisoformat(str(night.date)))
    environment = dbt_environment(night.region, night.home, as_of=night.date)
    results_path = Path(environment["DBT_TARGET_PATH"]) / "run_results.json"
    results_path.unlink(missing_ok=True)
    succeeded = dbt_process.invoke([*BUILD, "--select", *(key.path[-1] for key in keys)], environment=environment)
    results = json.loads(results_path.read_text())["results"] if results_path.exists() else []
    failed = [item for item in results if item["status"] in ("error", "fail")]
    if failed or not succeeded:
        raise UserError(
            f"{len(failed)} dbt model(s) or test(s) failed",
            [_complaint(item) for item in failed]
            + [f"the log is in {environment['DBT_LOG_PATH']}; it may quote values, so keep it there"],
        )
    seconds = {
        item["unique_id"].split(".")[-1]: float(item["execution_time"])
        for item in results
        if item["unique_id"].startswith("model.")
    }
    compiled = {
        item["unique_id"].split(".")[-1]: item["compiled_code"]
        for item in results
        if item["unique_id"].startswith("model.") and item["compiled_code"]
    }
    sql = {key.to_user_string(): compiled[key.path[-1]] for key in keys if key.path[-1] in compiled}
    return list(_checks(context, results)), seconds, sql


def _checks(context: dg.AssetExecutionContext, results: Sequence[dict[str, Any]]) -> Iterator[dg.AssetCheckResult]:
    """The outcome of each dbt test that Dagster shows as a check; a test's name is its check's."""
    outcomes = {item["unique_id"].split(".")[2]: item for item in results if item["unique_id"].startswith("test.")}
    for key in sorted(context.selected_asset_check_keys):
        if key.name in outcomes:
            item = outcomes[key.name]
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=item["status"] == "pass",
                severity=dg.AssetCheckSeverity.WARN,  # one that must not fail has ended the step
                metadata={"rows_against_it": item["failures"] or 0, "seconds": round(item["execution_time"], 3)},
            )


def _complaint(item: dict[str, Any]) -> str:
    kind, _, name = item["unique_id"].split(".")[:3]
    count = f": {item['failures']} row(s) break it" if item.get("failures") else ""
    return f"{kind} {name}: {item['status']}{count}"


def _database(home: Home, key: dg.AssetKey) -> Path:
    return home.warehouse_db if key.path[0] in WAREHOUSE_LAYERS else home.identity_db


def _rows_and_bytes(home: Home, keys: list[dg.AssetKey]) -> dict[dg.AssetKey, tuple[int, int]]:
    """Rows of each model and the bytes of its blocks in the database file (none for a view), in the order of `keys`."""
    found = {}
    for database in sorted({_database(home, key) for key in keys}):
        with duck.connect(database, read_only=True) as connection:
            (block,) = connection.sql(
                "select block_size from pragma_database_size() where database_name = current_database()"
            ).fetchone()
            tables = set(connection.sql("select schema_name, table_name from duckdb_tables()").fetchall())
            for key in (key for key in keys if _database(home, key) == database):
                table = ".".join(duck.identifier(part) for part in key.path)
                (rows,) = connection.sql(f"select count(*) from {table}").fetchone()
                blocks = 0
                if tuple(key.path) in tables:
                    (blocks,) = connection.sql(
                        "select count(distinct block_id) "
                        f"from pragma_storage_info({duck.quoted('.'.join(key.path))}) where persistent"
                    ).fetchone()
                found[key] = (rows, blocks * block)
    return {key: found[key] for key in keys}

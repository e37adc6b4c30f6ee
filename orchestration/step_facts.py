"""What the contracts and the checks add to a step's lineage: the partner's extract, columns' roles, verdicts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import dagster as dg

from ingestion.contract import Contract
from lineage.facts import Column, Source, Table, Verdict

DBT_TESTS = ("not_null", "unique", "accepted_values", "relationships")


def extract_of(contracts: Mapping[str, Contract], key: str) -> tuple[Table, ...]:
    """What a raw asset reads: its partner's extract, with the columns as the partner names them. Else nothing."""
    contract = _contract_of(contracts, key, layer="raw")
    if contract is None:
        return ()
    columns = tuple(
        Column(column.header, column.logical_type, column.description or None, column.identity)
        for column in contract.columns
    )
    return (Table(f"landing/{contract.dataset}", contract.title, (contract.partner,), columns),)


def sources_of_raw(contracts: Mapping[str, Contract], table: Table) -> dict[str, tuple[Source, ...]]:
    """Each column of a raw table is the extract's column as the contract says. Empty for other tables."""
    contract = _contract_of(contracts, table.key, layer="raw")
    if contract is None:
        return {}
    extract = f"landing/{contract.dataset}"
    return {column.name: (Source(extract, column.header, "IDENTITY"),) for column in contract.columns}


def shown_columns(sources: Mapping[str, tuple[Source, ...]]) -> dict[str, Any]:
    """Column lineage as metadata that Dagster's UI draws; nothing where none is known."""
    if not sources:
        return {}
    deps = {
        column: [dg.TableColumnDep(dg.AssetKey(source.table.split("/")), source.column) for source in found]
        for column, found in sources.items()
    }
    return {"dagster/column_lineage": dg.MetadataValue.column_lineage(dg.TableColumnLineage(deps))}


def with_roles(contracts: Mapping[str, Contract], table: Table) -> Table:
    """Raw columns by the identity role that the contract gives them; staging's are named by it."""
    raw = _contract_of(contracts, table.key, layer="raw")
    staged = _contract_of(contracts, table.key.replace("staging/stg_", "staging/"), layer="staging")
    if raw:
        roles = {column.name: column.identity for column in raw.columns}
    elif staged:
        roles = {column.identity: column.identity for column in staged.columns if column.identity}
    else:
        return table
    return replace(
        table, columns=tuple(replace(column, identity_role=roles.get(column.name)) for column in table.columns)
    )


def verdicts_of(checks: Iterable[dg.AssetCheckResult], key: dg.AssetKey) -> tuple[Verdict, ...]:
    """The outcomes of the checks of one asset: names and counts, no words."""
    return tuple(_verdict(check) for check in checks if check.asset_key in (None, key))


def _verdict(check: dg.AssetCheckResult) -> Verdict:
    known: dict[str, Any] = {name: value.value for name, value in check.metadata.items()}
    name = check.check_name or "check"
    kind = known.get("expectation") or next((test for test in DBT_TESTS if name.startswith(f"{test}_")), "custom")
    unexpected = known.get("unexpected", known.get("rows_against_it"))
    return Verdict(
        name=name,
        kind=str(kind),
        passed=check.passed,
        is_blocking=check.severity == dg.AssetCheckSeverity.ERROR,
        column=known.get("column") or None,
        evaluated=known.get("evaluated"),
        unexpected=unexpected,
    )


def _contract_of(contracts: Mapping[str, Contract], key: str, *, layer: str) -> Contract | None:
    found, _, name = key.partition("/")
    return contracts.get(name) if found == layer else None

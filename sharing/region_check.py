"""Judges every file of the region at once, before a night does. Each kind of file has its own reader or check.

What a file says is not used for anything here.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.contract_reader import read_contract, read_contracts
from ingestion.geography_plan import read_plan
from linkage.policy import read_policy
from rights.opt_out_policy import read_opt_out_policy
from rights.retention import read_snapshots_kept
from settings.errors import RegionError
from settings.paths import Home, Region
from sharing.action_check import check_actions
from sharing.agreement_check import Context, check_agreements
from sharing.approval import honour
from sharing.approval_check import check_approvals
from sharing.classification_check import check_groups, check_ladder, check_markings, check_schemes
from sharing.contract_schema import check_contract_schema
from sharing.disclosure_check import check_disclosure, read_tier_settings
from sharing.gate import evaluate
from sharing.governance_reader import Read, read_files, unread_files
from sharing.region_yaml import Problem
from sharing.share_policy import read_share_policy
from valuation.action_reader import read_actions
from valuation.actions import Action
from valuation.blueprint.plan_settings import read_plan_settings, read_programme_costs
from valuation.discount import read_discounting
from valuation.effort import read_efforts
from valuation.policy import read_policy as read_valuation_policy
from valuation.rates import read_rates
from valuation.running import read_running

DATED_TABLES = ("policies", "costs")


def check_region(region: Region, home: Home, *, as_of: date) -> list[Problem]:
    """All problems and notes, in the order of files and lines."""
    found: list[Problem] = []
    contracts = _contracts(region, found)
    found += check_contract_schema(region)
    _attempt(found, "policies/linkage.csv", lambda: read_policy(region.policies, as_of=as_of))
    _attempt(found, "policies/retention.csv", lambda: read_snapshots_kept(region.policies, as_of=as_of))
    _attempt(found, "costs/rates.csv", lambda: read_rates(region.costs, as_of=as_of))
    if _attempt(found, "policies/blueprint.csv", lambda: read_plan_settings(region, as_of=as_of)):
        _attempt(found, "costs/programme.csv", lambda: read_programme_costs(region, as_of=as_of))
        _attempt(found, "policies/discount.csv", lambda: read_discounting(region.policies, as_of=as_of))
    _attempt(found, "costs/forecast.csv", lambda: read_efforts(region.costs, as_of=as_of))
    _attempt(found, "costs/running.csv", lambda: read_running(region.costs, datasets=contracts))
    _attempt(found, "geography/geography.yaml", lambda: read_plan(region, home))
    found += check_disclosure(region.policies, as_of=as_of, datasets=contracts)
    _attempt(found, "policies/tiers.csv", lambda: read_tier_settings(region.policies, as_of=as_of))
    found += [problem for folder in DATED_TABLES for problem in _dated_tables(region, folder)]
    actions = _attempt(found, "actions", lambda: read_actions(region, contracts)) or {}
    if actions:
        _attempt(found, "policies/valuation.csv", lambda: read_valuation_policy(region.policies, as_of=as_of))
    read = read_files(region)
    found += read.problems
    _attempt(
        found,
        "policies/opt_outs.csv",
        lambda: read_opt_out_policy(
            region.policies, as_of=as_of, contracts=contracts, purposes=read.governance.purposes
        ),
    )
    if read.governance.groups or read.governance.agreements:
        found += _sharing(region, read, contracts, actions, as_of, found)
    return sorted(set(found))


def _sharing(
    region: Region,
    read: Read,
    contracts: dict[str, Contract],
    actions: dict[str, Action],
    as_of: date,
    found: list[Problem],
) -> Iterator[Problem]:
    policy = _attempt(found, "policies/sharing.csv", lambda: read_share_policy(region.policies, as_of=as_of))
    approvers = policy.minimum_approvers if policy else 0
    decisions = evaluate(read.governance, contracts, as_of=as_of, minimum_approvers=approvers)
    if policy:
        decisions = honour(decisions, read.governance.approvals, policy)
        needed = policy.minimum_release_approvers
        yield from check_approvals(read, contracts, decisions, needed=needed)
    yield from check_actions(region, actions, read.governance, contracts, decisions)
    yield from unread_files(region)
    yield from check_ladder(read)
    yield from check_schemes(read)
    yield from check_groups(read, on=as_of)
    yield from check_markings(read.governance, contracts, region)
    yield from check_agreements(Context(read, contracts, as_of, approvers, tuple(decisions)))


def _contracts(region: Region, found: list[Problem]) -> dict[str, Contract]:
    """The contracts that can be read; what is wrong with all of them is noted."""
    _attempt(found, "contracts", lambda: read_contracts(region.contracts))
    readable = {}
    for path in sorted(region.contracts.glob("*.odcs.yaml")):
        contract = _attempt([], path.name, lambda path=path: read_contract(path))  # type: ignore[misc]
        if contract:
            readable[contract.dataset] = contract
    return readable


def _attempt(found: list[Problem], file: str, read: Callable[[], Any]) -> Any:
    """What `read` returns, or None with its problems noted under `file`."""
    try:
        return read()
    except RegionError as error:
        if error.heading == f"{file} is missing":
            found.append(Problem(file, 0, "is missing", "; ".join(error.problems)))
            return None
        found += [Problem(file, 0, problem.removeprefix(f"{file}: ")) for problem in error.problems or [error.heading]]
    except UnicodeDecodeError:
        found.append(Problem(file, 0, "cannot be read", "write it in UTF-8"))
    except OSError:
        found.append(Problem(file, 0, "cannot be read", "see whether it is there"))
    return None


def _dated_tables(region: Region, folder: str) -> Iterator[Problem]:
    """Every line of a policy or rate has a date it is valid from, and says where its number comes from."""
    for path in sorted((region.root / folder).glob("*.csv")):
        name = path.relative_to(region.root).as_posix()
        try:
            yield from _dated_table(path, name)
        except UnicodeDecodeError:
            yield Problem(name, 0, "cannot be read", "write it in UTF-8")


def _dated_table(path: Path, name: str) -> Iterator[Problem]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        missing = [column for column in ("valid_from", "source") if column not in (table.fieldnames or [])]
        if missing:
            yield Problem(name, 1, f"has no column {' and '.join(missing)}", "add it")
            return
        for row in table:
            yield from _dated_line(name, table.line_num, row)


def _dated_line(name: str, line: int, row: dict[str, Any]) -> Iterator[Problem]:
    if None in row or None in row.values():
        yield Problem(name, line, "has another number of cells than the header", "quote text that holds commas")
        return
    if not row["source"].strip():
        yield Problem(name, line, "says no source", "say where the number comes from")
    try:
        date.fromisoformat(row["valid_from"])
    except ValueError:
        yield Problem(name, line, "valid_from is not a date", "write it like 2025-04-01")


def schema_files(folder: Path) -> dict[Path, dict[str, Any]]:
    """The JSON Schema of each kind of file, by where it is kept: `schemas/` of a region."""
    from sharing.governance_reader import KINDS, json_schema

    return {folder / f"{kind}.schema.json": json_schema(kind) for kind in KINDS}

"""Values every action of the region and writes what came of it: the tables `economics.action_value`, `value_curve`,
`capacity_value` and `dataset_value` of the warehouse.

One call does it all, and Dagster's assets stand on it. Judging is `action_worth.py`; what a column means is
`worth_lines.py`.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Any, get_type_hints

import pyarrow as pa

from ingestion.contract import Contract
from settings import duck
from settings.environment import added
from settings.paths import Home, Region
from valuation import worth_lines
from valuation.action_reader import read_actions
from valuation.action_worth import ActionWorth, value_action
from valuation.actions import Action
from valuation.policy import ValuationPolicy, read_policy
from valuation.units import open_valuation

TABLES: dict[str, tuple[type, Callable[[ActionWorth], list[Any]]]] = {
    "action_value": (worth_lines.ActionValue, worth_lines.action_values),
    "value_curve": (worth_lines.CurvePoint, worth_lines.curve_points),
    "capacity_value": (worth_lines.CapacityValue, worth_lines.capacity_values),
    "dataset_value": (worth_lines.DatasetValue, worth_lines.dataset_values),
}
Lines = dict[str, list[Any]]  # by table
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
TYPES = {
    "str": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "tuple[str, ...]": pa.list_(pa.string()),
}


@dataclass(frozen=True)
class Valued:
    """rows: by table. not_valued: action -> why."""

    rows: dict[str, int]
    not_valued: dict[str, str]


def value_region(
    home: Home,
    region: Region,
    contracts: Mapping[str, Contract],
    *,
    as_of: str,
    release: Path | None = None,
    say: Callable[[str], None] = lambda message: None,
) -> Valued:
    """Value all actions on a release (default: the one in force) and replace the four tables.

    Raises RegionError for wrong actions or policies, NothingPublished where there is no release.
    """
    actions = read_actions(region, contracts)
    found: dict[str, Lines | str] = {}
    if actions:
        policy = read_policy(region.policies, as_of=as_of)
        with _workers(len(actions)) as pool:
            waiting = {
                pool.submit(value_one, home, action, contracts, policy, release=release): name
                for name, action in actions.items()
            }
            for done in as_completed(waiting):
                name = waiting[done]
                outcome = found[name] = done.result()
                note = f"not valued: {outcome}" if isinstance(outcome, str) else "valued"
                say(f"{name}: {note} ({len(found)} of {len(actions)})")
    valued = [outcome for _, outcome in sorted(found.items()) if not isinstance(outcome, str)]
    lines = {name: [line for outcome in valued for line in outcome[name]] for name in TABLES}
    _write(home, lines)
    not_valued = {name: outcome for name, outcome in sorted(found.items()) if isinstance(outcome, str)}
    return Valued({name: len(rows) for name, rows in lines.items()}, not_valued)


def value_one(
    home: Home, action: Action, contracts: Mapping[str, Contract], policy: ValuationPolicy, *, release: Path | None
) -> Lines | str:
    """The rows of each table for one action, or why it cannot be valued."""
    with open_valuation(home, release=release) as work:
        found = value_action(work, action, home, contracts, policy)
    if isinstance(found, str):
        return found
    return {name: lines_of(found) for name, (_, lines_of) in TABLES.items()}


@contextmanager
def _workers(wanted: int) -> Iterator[ProcessPoolExecutor]:
    """A process per core, each of which computes in one thread: small products are slower when shared out."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with (
        added(dict.fromkeys(ONE_THREAD, "1")),  # read when a new process loads its linear algebra
        ProcessPoolExecutor(min(cores, wanted), mp_context=get_context("spawn")) as pool,
    ):
        yield pool


def _write(home: Home, lines: Mapping[str, list[Any]]) -> None:
    """Replace the tables, all or none."""
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("create schema if not exists economics; begin")
        for name, (kind, _) in TABLES.items():
            connection.register("worth_lines", _arrow(kind, lines[name]))
            connection.execute(f"create or replace table economics.{name} as from worth_lines")
            connection.unregister("worth_lines")
        connection.execute("commit")


def _arrow(kind: type, lines: Iterable[Any]) -> pa.Table:
    """Lines as a table with a column per field of their dataclass."""
    hints = get_type_hints(kind)
    kept = list(lines)
    return pa.table(
        {
            item.name: pa.array([getattr(line, item.name) for line in kept], type=_type(hints[item.name]))
            for item in fields(kind)
        }
    )


def _type(hint: Any) -> pa.DataType:
    return TYPES[str(hint).removesuffix(" | None") if "|" in str(hint) or "[" in str(hint) else hint.__name__]

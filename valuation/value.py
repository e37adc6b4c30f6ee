"""Values every action of the region and writes what came of it: the value tables of the warehouse's `economics`.

One call does it all, and Dagster's assets stand on it. Judging is `action_worth.py`; the tables are `worth_tables.py`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ingestion.contract import Contract
from settings.environment import added
from settings.paths import Home, Region
from sharing.access import Access, read_access
from valuation import linkage_loss, perfect_linkage, worth_lines
from valuation.action_reader import read_actions
from valuation.action_worth import value_action
from valuation.actions import Action
from valuation.assumptions import assumptions
from valuation.dataset_lines import dataset_values
from valuation.gains import ActionGains, gains_of
from valuation.judged_release import judged_release
from valuation.level_reach import level_reaches
from valuation.policy import ValuationPolicy, read_policy
from valuation.units import open_valuation
from valuation.worth_tables import TABLES, Lines, tier_costs_gbp, write_worth

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Valued:
    """rows: by table. not_valued: action -> why."""

    rows: dict[str, int]
    not_valued: dict[str, str]


@dataclass(frozen=True)
class Setting:
    """What all actions of a night are valued with. perfect: the warehouse of the true persons, where there is one."""

    home: Home
    contracts: Mapping[str, Contract]
    policy: ValuationPolicy
    access: Access
    release: Path | None
    perfect: Path | None = None


@dataclass(frozen=True)
class ValuedAction:
    """One action's rows by table, and what the region's questions are answered with."""

    lines: Lines
    gains: ActionGains


def value_region(
    home: Home,
    region: Region,
    contracts: Mapping[str, Contract],
    *,
    as_of: str,
    release: Path | None = None,
    say: Say = lambda message: None,
) -> Valued:
    """Value all actions on a release and replace the value tables.

    Default: the release in force, and for outcomes that records tell one from before (`judged_release.py`).

    Raises RegionError for wrong actions or policies, NothingPublished where there is no release.
    """
    actions = read_actions(region, contracts)
    policy = read_policy(region.policies, as_of=as_of)
    found: dict[str, ValuedAction | str] = {}
    if actions:
        access = read_access(region, contracts, as_of=as_of)
        with ExitStack() as stack:
            perfect = None
            if perfect_linkage.is_known(home):
                say("tiers with perfect linkage, from the demo's truth")
                perfect = stack.enter_context(perfect_linkage.perfect_warehouse(home, region, as_of=as_of))
            found = _value_all(actions, Setting(home, contracts, policy, access, release, perfect), say)
    valued = [outcome for _, outcome in sorted(found.items()) if isinstance(outcome, ValuedAction)]
    gains = [outcome.gains for outcome in valued]
    lines: Lines = {name: [line for outcome in valued for line in outcome.lines.get(name, [])] for name in TABLES}
    lines["level_reach"] = level_reaches(gains, policy)
    lines["assumption"] = assumptions(gains, tier_costs_gbp(home), policy) if actions else []
    write_worth(home, lines)
    not_valued = {name: outcome for name, outcome in sorted(found.items()) if isinstance(outcome, str)}
    return Valued({name: len(rows) for name, rows in lines.items()}, not_valued)


def _value_all(actions: Mapping[str, Action], setting: Setting, say: Say) -> dict[str, ValuedAction | str]:
    found: dict[str, ValuedAction | str] = {}
    with _workers(len(actions)) as pool:
        waiting = {pool.submit(value_one, action, setting): name for name, action in actions.items()}
        for done in as_completed(waiting):
            name = waiting[done]
            outcome = found[name] = done.result()
            note = f"not valued: {outcome}" if isinstance(outcome, str) else "valued"
            say(f"{name}: {note} ({len(found)} of {len(actions)})")
    return found


def value_one(action: Action, setting: Setting) -> ValuedAction | str:
    """What came of valuing one action, or why it cannot be valued."""
    earlier = None if setting.release else judged_release(setting.home, action)
    with open_valuation(setting.home, release=setting.release or earlier) as work:
        found = value_action(work, action, setting.home, setting.contracts, setting.policy, access=setting.access)
    if isinstance(found, str):
        return found
    lines: Lines = {
        "action_value": worth_lines.action_values(found),
        "value_curve": worth_lines.curve_points(found),
        "capacity_value": worth_lines.capacity_values(found),
        "dataset_value": dataset_values(found),
    }
    gains, linked = gains_of(found), linkage_loss.worths_of(found)
    del found  # its columns are large
    if setting.perfect is not None and earlier is None:  # its tiers are tonight's
        with perfect_linkage.open_perfect(setting.home, setting.perfect, release=setting.release) as work:
            perfect = value_action(work, action, setting.home, setting.contracts, setting.policy, has_parts=False)
        if not isinstance(perfect, str):
            lines["linkage_value"] = linkage_loss.linkage_values(linked, perfect)
    return ValuedAction(lines, gains)


@contextmanager
def _workers(wanted: int) -> Iterator[ProcessPoolExecutor]:
    """A process per core, each of which computes in one thread: small products are slower when shared out."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with (
        added(dict.fromkeys(ONE_THREAD, "1")),  # read when a new process loads its linear algebra
        ProcessPoolExecutor(min(cores, wanted), mp_context=get_context("spawn")) as pool,
    ):
        yield pool

"""What each opt-out list covers, from `region/policies/opt_outs.csv`, and the data sets it covers on a date.

Taking lists in is `opt_out_lists.py`, leaving people out `opted_out.py`.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.contract import Contract
from settings.errors import RegionError
from sharing.governance import Agreement

FILE = "policies/opt_outs.csv"
COLUMNS = ("valid_from", "list", "data_sets", "purposes", "fall_tolerance", "source")
EVERY = "all"
OWN_USE = "valuation"  # the tiers that the data team holds and the blueprint is made from: a purpose always in force


@dataclass(frozen=True)
class ListPolicy:
    """One list. data_sets, purposes: names, or only `all`. fall_tolerance: share by which a new list may be shorter."""

    name: str
    data_sets: tuple[str, ...]
    purposes: tuple[str, ...]
    fall_tolerance: float
    line: int

    def covers(self, dataset: str) -> bool:
        """Whether the list is about `dataset` at all."""
        return self.data_sets == (EVERY,) or dataset in self.data_sets

    def counts(self, purpose: str) -> bool:
        """Whether a use for `purpose` brings the list into force."""
        return self.purposes == (EVERY,) or purpose in self.purposes


def read_opt_out_policy(
    policies: Path,
    *,
    as_of: date | str,
    contracts: Mapping[str, Contract],
    purposes: Iterable[str],
    is_strict: bool = True,
) -> dict[str, ListPolicy]:
    """List -> its latest line valid on `as_of`; nothing where there is no such file.

    is_strict: a data set that no contract describes is a problem; else its list covers all data sets, so that a slip of
    the pen leaves out too many rather than too few. Raises RegionError that lists every wrong line.
    """
    path = policies / Path(FILE).name
    if not path.exists():
        return {}
    problems: list[str] = []
    latest: dict[str, tuple[date, ListPolicy]] = {}
    known = {EVERY, OWN_USE, *purposes}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise RegionError(f"{FILE} lacks columns", [f"{FILE}: line 1: add column {', '.join(missing)}"])
        for line, row in enumerate(reader, start=2):
            read = _line(line, row, contracts, known, problems, is_strict=is_strict)
            if read and read[0] <= date.fromisoformat(str(as_of)):
                latest[read[1].name] = max(latest.get(read[1].name, read), read, key=lambda item: item[0])
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in {FILE}", [f"{FILE}: {problem}" for problem in problems])
    return {name: policy for name, (_, policy) in sorted(latest.items())}


def _line(
    line: int,
    row: Mapping[str, str | None],
    contracts: Mapping[str, Contract],
    purposes: set[str],
    problems: list[str],
    *,
    is_strict: bool,
) -> tuple[date, ListPolicy] | None:
    found = len(problems)
    name = (row["list"] or "").strip()
    data_sets, named = ((row[column] or "").split() for column in ("data_sets", "purposes"))
    people = sorted(contract.dataset for contract in contracts.values() if contract.subject == "person")
    if not name.isidentifier():
        problems.append(f"line {line}: list is not a name like national_opt_out; files of the list begin with it")
    if not data_sets or not named:
        problems.append(f"line {line}: say data_sets and purposes, parted by spaces, or {EVERY}")
    unknown = [dataset for dataset in data_sets if dataset not in {EVERY, *people}]
    if unknown and not is_strict:
        data_sets, unknown = [EVERY], []
    for dataset in unknown:
        problems.append(f"line {line}: '{dataset}' is no data set about people; use {EVERY} or {', '.join(people)}")
    for purpose in named:
        if purpose not in purposes:
            problems.append(f"line {line}: no purpose '{purpose}'; use one of {', '.join(sorted(purposes))}")
    for words in (data_sets, named):
        if EVERY in words and len(words) > 1:
            problems.append(f"line {line}: '{EVERY}' stands alone")
    valid_from, tolerance = _date(row["valid_from"]), _share(row["fall_tolerance"])
    if valid_from is None:
        problems.append(f"line {line}: valid_from is not a date like 2025-04-01")
    if tolerance is None:
        problems.append(f"line {line}: fall_tolerance is not a share from 0 to 1")
    if len(problems) > found or valid_from is None or tolerance is None:
        return None
    return valid_from, ListPolicy(name, tuple(data_sets), tuple(named), tolerance, line)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def _share(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def data_sets_covered(
    policy: ListPolicy, contracts: Mapping[str, Contract], agreements: Iterable[Agreement], *, as_of: date
) -> list[str]:
    """The data sets from which the list's people are left out on `as_of`, in all tiers.

    Tiers are built once for everybody, so the strictest use decides: one live agreement that gives a data set for a
    purpose that the list counts is enough, and so is this product's own use.
    """
    in_use = {
        (dataset, agreement.purpose)
        for agreement in agreements
        if agreement.valid_from <= as_of <= agreement.valid_to
        for dataset in agreement.data_sets
    }
    return sorted(
        dataset
        for dataset, contract in contracts.items()
        if contract.subject == "person"
        and policy.covers(dataset)
        and (policy.counts(OWN_USE) or any(policy.counts(purpose) for used, purpose in in_use if used == dataset))
    )

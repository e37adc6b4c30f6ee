"""What each opt-out list covers, from `region/policies/opt_outs.csv`, and the data sets it covers on a date.

Taking lists in is `opt_out_lists.py`, leaving people out `opted_out.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.contract import Contract
from settings.dated_tables import Line, in_force, is_amount, read_lines
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
    people = sorted(contract.dataset for contract in contracts.values() if contract.subject == "person")
    known = {EVERY, OWN_USE, *purposes}

    def read(_valid_from: date, line: Line) -> ListPolicy:
        data_sets = line["data_sets"].split()
        if not is_strict and not {EVERY, *people}.issuperset(data_sets):
            data_sets = [EVERY]
        return _policy(line, data_sets, people, known)

    found = in_force(read_lines(path, COLUMNS, read), lambda policy: policy.name, as_of=as_of)
    return dict(sorted(found.items()))


def _policy(line: Line, data_sets: list[str], people: list[str], known: set[str]) -> ListPolicy:
    name, purposes = line["list"].strip(), line["purposes"].split()
    wrong = []
    if not name.isidentifier():
        wrong.append("list is not a name like national_opt_out; files of the list begin with it")
    if not data_sets or not purposes:
        wrong.append(f"say data_sets and purposes, parted by spaces, or {EVERY}")
    for dataset in (item for item in data_sets if item not in {EVERY, *people}):
        wrong.append(f"'{dataset}' is no data set about people; use {EVERY} or {', '.join(people)}")
    for purpose in (item for item in purposes if item not in known):
        wrong.append(f"no purpose '{purpose}'; use one of {', '.join(sorted(known))}")
    wrong += [f"'{EVERY}' stands alone" for words in (data_sets, purposes) if EVERY in words and len(words) > 1]
    if not is_amount(line["fall_tolerance"]) or float(line["fall_tolerance"]) > 1:
        wrong.append("fall_tolerance is not a share from 0 to 1")
    if wrong:
        raise ValueError(*wrong)
    return ListPolicy(name, tuple(data_sets), tuple(purposes), float(line["fall_tolerance"]))


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

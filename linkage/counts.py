"""What each step of linkage counted: plain facts for logs, metadata and the ledger. Never a value of a record."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Counted:
    """Counts that can be shown as one flat dictionary."""

    def as_metadata(self) -> dict[str, Any]:
        """Name -> count; a dictionary of counts becomes one entry per key."""
        flat: dict[str, Any] = {}
        for name, value in asdict(self).items():
            if isinstance(value, dict):
                flat |= {f"{name}_{key}": item for key, item in value.items() if not isinstance(item, dict)}
            else:
                flat[name] = value
        return flat


@dataclass(frozen=True)
class ModelCounts(Counted):
    """The model in use. `is_of_this_release` is false where code that says what is compared has changed since."""

    version: str
    records_trained_on: int
    comparisons: int
    versions: int
    is_of_this_release: bool
    skipped: bool = False


@dataclass(frozen=True)
class PairCounts(Counted):
    """What scoring did. `candidates` is the number of pairs per blocking rule, each rule for itself.

    mode is 'full' or 'incremental'; in the second, candidates are those of the records that are new or changed.
    """

    records: int
    pairs: int
    candidates: dict[str, int]
    mode: str
    records_new: int
    records_changed: int
    records_gone: int
    share_rescored: float
    model_version: str
    skipped: bool = False


@dataclass(frozen=True)
class ClusterCounts(Counted):
    """Clusters and the largest of them at the threshold in force; `by_threshold` has the number at each (as text).

    decisions_contradicted: clerical decisions that a later one overrules. numbers_overruled: clusters that hold
    verified numbers in conflict because a clerk decided that their records are one person.
    """

    clusters: int
    largest_cluster: int
    by_threshold: dict[str, int]
    mode: str
    records_reclustered: int
    decisions_contradicted: int
    numbers_overruled: int
    skipped: bool = False


@dataclass(frozen=True)
class PersonCounts(Counted):
    """Persons; ids kept from last night, given anew, and no longer in use; records whose person was looked at again."""

    persons: int
    ids_kept: int
    ids_new: int
    ids_retired: int
    records_reassigned: int
    skipped: bool = False


@dataclass(frozen=True)
class HouseholdCounts(Counted):
    """Households, people in them, people in communal establishments and people with no residence."""

    households: int
    people_in_households: int
    people_communal: int
    people_unplaced: int
    skipped: bool = False


@dataclass(frozen=True)
class LinkResult(Counted):
    """All steps. `seconds` by step; `fingerprint` stands for every input and rule."""

    records: int
    pairs: int
    persons: int
    households: int
    largest_cluster: int
    seconds: dict[str, float]
    fingerprint: str
    skipped: bool
    steps: dict[str, dict[str, Any]]

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
class PairCounts(Counted):
    """What scoring did. `candidates` is the number of pairs per blocking rule, each rule for itself."""

    records: int
    pairs: int
    candidates: dict[str, int]
    skipped: bool = False


@dataclass(frozen=True)
class ClusterCounts(Counted):
    """Clusters and the largest of them at the threshold in force; `by_threshold` has the number at each (as text)."""

    clusters: int
    largest_cluster: int
    by_threshold: dict[str, int]
    skipped: bool = False


@dataclass(frozen=True)
class PersonCounts(Counted):
    """Persons; ids kept from last night, given anew, and no longer in use."""

    persons: int
    ids_kept: int
    ids_new: int
    ids_retired: int
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
    """All four steps. `seconds` by step; `fingerprint` stands for every input and rule."""

    records: int
    pairs: int
    persons: int
    households: int
    largest_cluster: int
    seconds: dict[str, float]
    fingerprint: str
    skipped: bool
    steps: dict[str, dict[str, Any]]

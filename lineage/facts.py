"""What there is to tell of a run, its steps and its tables: names, types, counts, pounds. Never a row's value.

How it is told belongs to `events.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class RunFacts:
    """One run of the whole graph, or of a part of it."""

    namespace: str  # of jobs and tables alike: one per region
    job: str
    run_id: str  # a UUID
    as_of: str | None = None  # ISO date by which the run judges; None until it is settled


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    type: str
    description: str | None = None
    identity_role: str | None = None  # what it tells of who a person is; None for content


@dataclass(frozen=True)
class Source:
    """One column that another is made from. kind: IDENTITY (as it is), TRANSFORMATION or AGGREGATION."""

    table: str  # layer/name
    column: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table, view or file as it is known. key: layer/name, as in the graph."""

    key: str
    description: str | None = None
    owners: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()  # none: not known
    version: str | None = None


@dataclass(frozen=True)
class Step:
    """One asset's part of a run. attempt: 0, or the number of the retry."""

    run: RunFacts
    output: Table
    inputs: tuple[Table, ...]
    attempt: int = 0


@dataclass(frozen=True)
class Charge:
    """One resource used, as in the ledger."""

    resource: str  # cpu | memory | storage
    quantity: Decimal
    unit: str
    unit_price_gbp: Decimal
    billed_gbp: Decimal


@dataclass(frozen=True)
class Cost:
    """Pounds spent in this run: on the asset itself, and with all that it is made from."""

    own_gbp: Decimal
    cumulative_gbp: Decimal
    charges: tuple[Charge, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check of a table. Counts of rows only."""

    name: str
    kind: str  # the expectation or test, such as not_null
    passed: bool
    is_blocking: bool = False
    column: str | None = None
    evaluated: int | None = None
    unexpected: int | None = None


@dataclass(frozen=True)
class Result:
    """What a step came to."""

    step: Step
    rows: int
    written_bytes: int
    cost: Cost
    is_skipped: bool
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)  # by output column; none: not known
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why something failed: the error's class, and its words where we wrote them ourselves."""

    kind: str
    words: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}" if self.words else self.kind

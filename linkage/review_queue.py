"""The pairs that a clerk should look at, most informative first: `linkage.review_queue`, made anew with the persons.

What a clerk decides is kept by `decisions.py`; how a pair is shown is `orchestration/commands/review.py`.
The queue holds ids, probabilities and reasons, no value of a record; `side_by_side` alone reads values, to be shown.
"""

import re
from dataclasses import dataclass
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage import decisions
from linkage.policy import LinkagePolicy
from linkage.store import STORE, has_table

# A pair's level as `predict.py` writes it: 'given_name: nickname +4.1'.
EVIDENCE = re.compile(r"(?P<comparison>[^:]+): (?P<level>.+) (?P<weight>[+-]\d+(\.\d+)?)")


@dataclass(frozen=True)
class Waiting:
    """A pair that waits for a decision. records_l and records_r: of the persons it stands between, or within."""

    record_id_l: str
    record_id_r: str
    dataset_l: str
    dataset_r: str
    match_probability: float
    match_weight: float
    match_reason: str
    model_version: str | None
    is_joined: bool
    records_l: int
    records_r: int
    priority: float

    @property
    def pair(self) -> tuple[str, str]:
        return self.record_id_l, self.record_id_r

    @property
    def evidence(self) -> list[tuple[str, str, float]]:
        """(comparison, level, weight in bits) of each part of the reason."""
        parts = (EVIDENCE.fullmatch(part) for part in self.match_reason.split("; "))
        return [(part["comparison"], part["level"], float(part["weight"])) for part in parts if part]


def make_queue(work: Any, *, policy: LinkagePolicy, model_version: str | None) -> None:
    """Make temp table `queue` from the stored pairs and persons and the decisions in force.

    A pair is in it whose probability lies from review_low to review_high. Its priority is the uncertainty of its
    probability (entropy, bits) times 1 + ln(pairs of records that the decision would join, or could part). Of the pairs
    between the same two persons, or within one, the first is asked. What was decided on the same values is left out, as
    are two persons between whom a pair was decided so.
    """
    decisions.in_force(work)
    work.execute(
        _QUEUE.format(store=STORE, same_values=decisions.values_digest("left_record", "right_record")),
        {"low": policy.review_low, "high": policy.review_high, "model_version": model_version},
    )


def write_queue(work: Any) -> None:
    """Replace `linkage.review_queue`; call it within the transaction of the persons' step."""
    work.execute(f"""
        create or replace table {STORE}.linkage.review_queue as
        from queue order by priority desc, record_id_l, record_id_r
    """)


def waiting(work: Any, *, limit: int | None = None) -> list[Waiting]:
    """The queue as it stands now: what was decided since the night is left out."""
    if not has_table(work, "linkage", "review_queue"):
        return []
    decisions.in_force(work)
    found = work.execute(
        _WAITING.format(store=STORE, same_values=decisions.values_digest("left_record", "right_record")),
        {"limit": limit},
    ).fetchall()
    return [Waiting(*row) for row in found]


def side_by_side(work: Any, pair: tuple[str, str]) -> list[tuple[str, str, str]]:
    """(column, left value, right value) of both records' identity, for a clerk's eyes: show it, never log it.

    Columns that neither record fills are left out.
    """
    columns = ("dataset", "last_seen_date", *IDENTITY_ROLES)
    rows = work.execute(
        f"""
        select {", ".join(f"coalesce({column}::varchar, '')" for column in columns)}
        from {STORE}.identity.person_records
        where record_id in (?, ?)
        order by record_id
        """,
        sorted(pair),
    ).fetchall()
    if len(rows) != 2:
        return []
    return [line for line in zip(columns, *rows, strict=True) if line[1] or line[2]]


# Decisions in force on values that are still those decided on.
_STILL_DECIDED = """
still_decided as (
    select decided.record_id_l, decided.record_id_r
    from decided
    join {store}.identity.person_records as left_record on decided.record_id_l = left_record.record_id
    join {store}.identity.person_records as right_record on decided.record_id_r = right_record.record_id
    where decided.values_digest = {same_values}
)"""

_QUEUE = f"""
create or replace temp table queue as
with {_STILL_DECIDED},
decided_between as (
    select distinct least(l.person_id, r.person_id) as first_id, greatest(l.person_id, r.person_id) as second_id
    from still_decided
    join {{store}}.linkage.persons as l on still_decided.record_id_l = l.record_id
    join {{store}}.linkage.persons as r on still_decided.record_id_r = r.record_id
    where l.person_id <> r.person_id
),
doubtful as (
    select
        pairs.record_id_l, pairs.record_id_r, l.dataset as dataset_l, r.dataset as dataset_r,
        pairs.match_probability as p, pairs.match_weight, pairs.match_reason,
        l.person_id as person_l, r.person_id as person_r, l.person_id = r.person_id as is_joined,
        least(l.person_id, r.person_id) as first_id, greatest(l.person_id, r.person_id) as second_id
    from {{store}}.linkage.pairs as pairs
    join {{store}}.linkage.persons as l on pairs.record_id_l = l.record_id
    join {{store}}.linkage.persons as r on pairs.record_id_r = r.record_id
    anti join still_decided
        on pairs.record_id_l = still_decided.record_id_l and pairs.record_id_r = still_decided.record_id_r
    where pairs.match_weight is not null
        and pairs.match_probability between $low and $high
        and pairs.match_probability < 1
),
size as (
    select person_id, count(*) as records
    from {{store}}.linkage.persons
    where person_id in (select person_l from doubtful union select person_r from doubtful)
    group by person_id
),
ranked as (
    select
        doubtful.*, size_l.records as records_l, size_r.records as records_r,
        round(
            -(p * log2(p) + (1 - p) * log2(1 - p))
            * (1 + ln(if(is_joined, size_l.records - 1, size_l.records * size_r.records))), 6
        ) as priority
    from doubtful
    join size as size_l on person_l = size_l.person_id
    join size as size_r on person_r = size_r.person_id
    anti join decided_between using (first_id, second_id)
)
select
    record_id_l, record_id_r, dataset_l, dataset_r, p as match_probability, match_weight, match_reason,
    $model_version::varchar as model_version, is_joined, records_l, records_r, priority
from ranked
qualify row_number() over (partition by first_id, second_id order by priority desc, record_id_l, record_id_r) = 1
"""

_WAITING = f"""
with {_STILL_DECIDED}
select queue.*
from {{store}}.linkage.review_queue as queue
anti join still_decided using (record_id_l, record_id_r)
order by queue.priority desc, queue.record_id_l, queue.record_id_r
limit $limit
"""

"""Clerical decisions: kept for ever, handed to clustering as hard constraints, and used to judge precision.

Which pairs a clerk is asked about is `review_queue.py`; what a decision does to clusters is `cluster.py`, what
decisions say of precision is `decision_precision.py`. Records are named by their ids, never by a value; `values_digest`
tells whether a pair's values are still those decided on.
"""

from dataclasses import dataclass
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage.decision_conflicts import without_conflicts
from linkage.store import STORE, has_table
from settings.fingerprints import digest_of

DECISIONS = ("same", "different", "unsure")
UNDONE = "undone"  # takes back the decision that `undoes` names; rows are only ever added

TABLES = """
create table if not exists linkage.decision (
    decision_no bigint, record_id_l varchar, record_id_r varchar, decision varchar, reviewer varchar,
    decided_at timestamp, match_probability double, model_version varchar, as_of date, values_digest varchar,
    undoes bigint
);
"""

# The latest decision of each pair that was not taken back.
IN_FORCE = """
select * from {store}.linkage.decision as decision
where undoes is null
    and not exists (from {store}.linkage.decision as undo where undo.undoes = decision.decision_no)
qualify row_number() over (partition by record_id_l, record_id_r order by decision_no desc) = 1
"""


@dataclass(frozen=True)
class Constraints:
    """How many pairs must be, and must not be, one person; and how many decisions later ones contradict."""

    must_link: int
    cannot_link: int
    contradicted: int


def values_digest(left: str, right: str) -> str:
    """SQL text: a digest of every identity value of two aliases of `person_records`."""
    values = (f"coalesce({side}.{role}::varchar, '')" for side in (left, right) for role in IDENTITY_ROLES)
    return f"md5(concat_ws(chr(31), {', '.join(values)}))"


def in_force(work: Any) -> None:
    """Make temp table `decided`: the decisions in force (columns of `linkage.decision`); empty where there are none."""
    if has_table(work, "linkage", "decision"):
        work.execute(f"create or replace temp table decided as {IN_FORCE.format(store=STORE)}")
    else:
        work.execute(TABLES.replace("table if not exists linkage.decision", "or replace temp table decided"))


def digest(work: Any) -> str:
    """A digest of the decisions that bind clustering: another set is reason to cluster again."""
    in_force(work)
    return digest_of(
        work.execute(
            "select record_id_l, record_id_r, decision, decision_no from decided "
            "where decision in ('same', 'different') order by decision_no"
        ).fetchall()
    )


def constraints(work: Any) -> Constraints:
    """Make temp tables `must_link` and `cannot_link` (record_id_l, record_id_r, decision_no) from decisions in force.

    The two never contradict each other, not even through a chain (a is b, b is c, c is not a): the later decision
    wins, what it contradicts is left out and counted. Decisions about records that are away tonight wait.
    """
    in_force(work)
    found = work.execute(f"""
        select record_id_l, record_id_r, decision, decision_no
        from decided
        where decision in ('same', 'different')
            and record_id_l in (select record_id from {STORE}.identity.person_records)
            and record_id_r in (select record_id from {STORE}.identity.person_records)
        order by decision_no desc
    """).fetchall()
    must, cannot = without_conflicts(found)
    for name, rows in (("must_link", must), ("cannot_link", cannot)):
        work.execute(
            f"create or replace temp table {name} (record_id_l varchar, record_id_r varchar, decision_no bigint)"
        )
        if rows:
            work.executemany(f"insert into {name} values (?, ?, ?)", rows)
    return Constraints(len(must), len(cannot), len(found) - len(must) - len(cannot))


def record_decision(
    work: Any,
    pair: tuple[str, str],
    decision: str,
    *,
    reviewer: str,
    decided_at: str,
    match_probability: float | None,
    model_version: str | None,
) -> int:
    """Add one decision about a pair of record ids and return its number; as_of is the latest extract's date.

    decided_at: ISO time in UTC. Raises ValueError for another word than same, different, unsure.
    """
    if decision not in DECISIONS:
        raise ValueError(f"a decision is one of {', '.join(DECISIONS)}")
    left, right = sorted(pair)
    work.execute(TABLES.replace("linkage.", f"{STORE}.linkage.", 1))
    number: int = work.execute(
        f"""
        insert into {STORE}.linkage.decision
        select
            (select coalesce(max(decision_no), 0) + 1 from {STORE}.linkage.decision), l.record_id, r.record_id,
            $decision, $reviewer, $decided_at::timestamp, $match_probability, $model_version,
            (select max(extract_date) from {STORE}.identity.person_records),
            {values_digest("l", "r")}, null
        from {STORE}.identity.person_records as l, {STORE}.identity.person_records as r
        where l.record_id = $left and r.record_id = $right
        returning decision_no
        """,
        {
            "left": left,
            "right": right,
            "decision": decision,
            "reviewer": reviewer,
            "decided_at": decided_at,
            "match_probability": match_probability,
            "model_version": model_version,
        },
    ).fetchone()[0]
    return number


def undo_decision(work: Any, number: int, *, reviewer: str, decided_at: str) -> None:
    """Take decision `number` back, by a row that says so: the decision before it, if any, is in force again."""
    work.execute(
        f"""
        insert into {STORE}.linkage.decision
        select
            (select max(decision_no) + 1 from {STORE}.linkage.decision), record_id_l, record_id_r,
            '{UNDONE}', $reviewer, $decided_at::timestamp, match_probability, model_version, as_of,
            values_digest, decision_no
        from {STORE}.linkage.decision where decision_no = $number
        """,
        {"number": number, "reviewer": reviewer, "decided_at": decided_at},
    )


def undo_last(work: Any, *, reviewer: str, decided_at: str) -> int | None:
    """Take back the reviewer's last decision that was not; return its number, None where there is none."""
    if not has_table(work, "linkage", "decision"):
        return None
    number: int | None = work.execute(
        f"""
        select max(decision_no) from {STORE}.linkage.decision as decision
        where undoes is null and reviewer = $reviewer
            and not exists (from {STORE}.linkage.decision as undo where undo.undoes = decision.decision_no)
        """,
        {"reviewer": reviewer},
    ).fetchone()[0]
    if number is not None:
        undo_decision(work, number, reviewer=reviewer, decided_at=decided_at)
    return number

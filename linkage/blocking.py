"""Candidate pairs: records that share a blocking key which not too many share. Counted, then made.

Which keys there are is `prepare.py`; what a candidate pair scores is `predict.py`. Nothing here reads a value: keys are
64-bit hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linkage.policy import LinkagePolicy
from linkage.prepare import BLOCKING_KEYS
from settings.errors import UserError

RULE_NO = {name: at for at, name in enumerate(BLOCKING_KEYS)}
KEY_COLUMNS = tuple(f"block_{name}" for name in BLOCKING_KEYS)


@dataclass(frozen=True)
class Forecast:
    """What a blocking rule will give: candidate pairs, by itself, and how many records share its commonest key."""

    pairs: int
    most_records: int


def block_limits(policy: LinkagePolicy) -> dict[str, int]:
    """Rule -> how many records may share a key for it to block."""
    return {
        name: policy.max_loose_block_size if key.is_loose else policy.max_block_size
        for name, key in BLOCKING_KEYS.items()
    }


def make_keys(work: Any) -> None:
    """Make table `record_key` (record_no, block_<rule> of every rule) from table `record`; a key is null or a hash."""
    keys = ", ".join(
        f"if({key.sql} is null, null, hash({key.sql})) as block_{name}" for name, key in BLOCKING_KEYS.items()
    )
    work.execute(f"create or replace table record_key as select record_no, {keys} from record order by record_no")


def find_members(work: Any, policy: LinkagePolicy) -> None:
    """Make table `member` (rule_no, block, record_no) from table `record_key`: who shares a key that blocks."""
    work.execute("create or replace table member (rule_no utinyint, block ubigint, record_no integer)")
    for name, limit in block_limits(policy).items():
        work.execute(f"""
            insert into member
            select {RULE_NO[name]}, block_{name}, record_no from record_key
            where block_{name} in (
                select block_{name} from record_key where block_{name} is not null
                group by block_{name} having count(*) between 2 and {limit}
            )
        """)


def members_as_prepared(work: Any, rules: tuple[str, ...]) -> None:
    """Make table `member` from the limited block_<rule> columns that `prepare_records` gives table `record`."""
    found = " union all ".join(
        f"select {at}::utinyint as rule_no, block_{name} as block, record_no from record where block_{name} is not null"
        for at, name in enumerate(rules)
    )
    work.execute(f"create or replace table member as {found}")


def forecast(work: Any) -> dict[str, Forecast]:
    """Rule -> what table `member` will give, in the rules' order; rules that give nothing are left out."""
    found = work.execute("""
        select rule_no, sum(records * (records - 1) // 2)::bigint, max(records)
        from (select rule_no, block, count(*) as records from member group by all)
        group by rule_no order by rule_no
    """).fetchall()
    names = list(BLOCKING_KEYS)
    return {names[rule_no]: Forecast(pairs, most) for rule_no, pairs, most in found if pairs}


def refuse_over_cap(forecasts: Mapping[str, Forecast], *, policy: LinkagePolicy) -> None:
    """Raise UserError that names every rule whose candidate pairs exceed the policy's cap, never a value."""
    problems = [
        f"blocking rule '{rule}' gives {found.pairs:,} candidate pairs, the cap is {policy.max_pairs_per_rule:,}; "
        f"its most frequent value is shared by {found.most_records:,} records; look for a placeholder value in its "
        "columns, lower max_block_size, or raise max_pairs_per_rule in policies/linkage.csv"
        for rule, found in forecasts.items()
        if found.pairs > policy.max_pairs_per_rule
    ]
    if problems:
        raise UserError("linkage stopped before scoring", problems)


def make_candidates(work: Any) -> int:
    """Make table `candidate` (record_no_l < record_no_r, each pair once) from table `member`; count it.

    A pair is one 64-bit number until the end: half the work of making pairs distinct and ordering them.
    """
    work.execute("""
        create or replace table candidate as
        with pair as (
            select distinct (l.record_no::bigint << 32) | r.record_no as both_nos
            from member as l join member as r
                on l.rule_no = r.rule_no and l.block = r.block and l.record_no < r.record_no
        )
        select (both_nos >> 32)::integer as record_no_l, (both_nos & 4294967295)::integer as record_no_r
        from (from pair order by both_nos)
    """)
    count: int = work.execute("select count(*) from candidate").fetchone()[0]
    return count

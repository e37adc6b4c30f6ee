"""Blocking keys that a night's changes bring or take, and whose pairs are to be looked at for them.

Keys of a record are made in `blocking.py`; what becomes of the pairs is `incremental.py`.
"""

from typing import Any

from linkage.blocking import KEY_COLUMNS, RULE_NO, Forecast, block_limits
from linkage.deterministic import VERIFIED_NUMBERS
from linkage.policy import LinkagePolicy
from linkage.prepare import BLOCKING_KEYS
from linkage.store import STORE

KEYS = ", ".join(KEY_COLUMNS)


def find_moved_keys(work: Any, policy: LinkagePolicy) -> None:
    """Make table `moved`: keys that a change brings or takes, how many records share them before and after.

    is_whole: all pairs of the key are to be looked at, not only the changed records', because the key did not block
    before, or because so many share a verified number that settling may go the other way.
    """
    limits = ", ".join(f"({RULE_NO[name]}, {limit})" for name, limit in block_limits(policy).items())
    numbers = ", ".join(str(RULE_NO[name]) for name in VERIFIED_NUMBERS)
    old = each_rule("select {no} as rule_no, {key} as block, 0 as came, 1 as went from old_key where {key} is not null")
    new = each_rule(
        "select {no} as rule_no, {key} as block, 1 as came, 0 as went from changed_key where {key} is not null"
    )
    work.execute(f"""
        create or replace table moving as
        select rule_no, block, sum(came)::bigint as came, sum(went)::bigint as went
        from ({old} union all {new}) group by rule_no, block
    """)
    count_keys(work, "moving", "counted")
    work.execute(f"""
        create or replace table moved as
        with sized as (
            select moving.*, coalesce(records, 0) as before, coalesce(records, 0) - went + came as after, most
            from moving
            left join counted using (rule_no, block)
            join (values {limits}) as limits(rule_no, most) using (rule_no)
        )
        select
            *,
            before > most or (rule_no in ({numbers}) and greatest(before, after) > {policy.max_settled_size})
                as is_whole
        from sized
    """)


def find_members(work: Any) -> dict[str, Forecast]:
    """Make table `member` (rule_no, block, record_no, is_changed, is_whole) of the keys that give pairs to score."""
    work.execute("""
        create or replace table live as
        select rule_no, block, is_whole from moved where after between 2 and most and (came > 0 or is_whole)
    """)
    unchanged = each_rule(f"""
        select {{no}} as rule_no, {{key}} as block, record_no, false as is_changed
        from {STORE}.linkage.record_key
        where {{key}} in (select block from live where rule_no = {{no}})
            and record_no not in (select record_no from change)
    """)
    changed = each_rule(
        "select {no} as rule_no, {key} as block, record_no, true as is_changed from changed_key where {key} is not null"
    )
    work.execute(f"""
        create or replace table member as
        select found.*, is_whole from ({unchanged} union all {changed}) as found join live using (rule_no, block)
    """)
    counts = work.execute("""
        with sized as (
            select rule_no, block, count(*) as n, count(*) filter (not is_changed) as u, bool_or(is_whole) as is_whole
            from member group by all
        )
        select rule_no, sum(n * (n - 1) // 2 - if(is_whole, 0, u * (u - 1) // 2))::bigint, max(n)
        from sized group by rule_no order by rule_no
    """).fetchall()
    names = list(BLOCKING_KEYS)
    return {names[rule_no]: Forecast(pairs, most) for rule_no, pairs, most in counts if pairs}


def count_keys(work: Any, wanted: str, result: str) -> None:
    """Make table `result` (rule_no, block, records): how many scored records share each key of table `wanted`."""
    work.execute(
        f"create or replace table {result} as "
        + each_rule(f"""
            select {{no}} as rule_no, {{key}} as block, count(*) as records
            from {STORE}.linkage.record_key
            where {{key}} in (select block from {wanted} where rule_no = {{no}})
            group by {{key}}
        """)
    )


def each_rule(template: str) -> str:
    """`template` for every blocking rule, all together: {no} its number, {key} its column."""
    return " union all ".join(
        template.format(no=f"{no}::utinyint", key=f"block_{name}") for name, no in RULE_NO.items()
    )

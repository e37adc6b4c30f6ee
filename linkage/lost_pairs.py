"""Stored pairs of unchanged records that no blocking key gives any more, because too many records share it now.

Pairs of records that changed or are gone are `incremental.py`'s.
"""

from typing import Any

from linkage.blocking import RULE_NO, block_limits
from linkage.moved_keys import KEYS, count_keys, each_rule
from linkage.policy import LinkagePolicy
from linkage.store import STORE


def find_lost_pairs(work: Any, policy: LinkagePolicy) -> None:
    """Make table `lost` (pair_no): stored pairs of unchanged records that no key gives any more.

    A key that too many share now blocks nothing; a pair that it gave stays only where another key gives it.
    """
    members = each_rule(f"""
        select {{no}} as rule_no, {{key}} as block, record_no
        from {STORE}.linkage.record_key
        where {{key}} in (select block from moved where rule_no = {{no}} and before between 2 and most and after > most)
            and record_no not in (select record_no from change)
    """)
    work.execute(f"create or replace table closed as {members}")
    work.execute(f"""
        create or replace table suspect as
        with beside as (
            select distinct l.record_no as a, r.record_no as b
            from closed as l join closed as r
                on l.rule_no = r.rule_no and l.block = r.block and l.record_no < r.record_no
        )
        select a, b, pairs.rowid as pair_no
        from beside join {STORE}.linkage.scored_pair as pairs
            on a = least(record_no_l, record_no_r) and b = greatest(record_no_l, record_no_r)
    """)
    limits = ", ".join(f"({RULE_NO[name]}, {limit})" for name, limit in block_limits(policy).items())
    shared = each_rule(
        "select a, b, {no} as rule_no, l.{key} as block from suspect "
        "join suspect_key as l on a = l.record_no join suspect_key as r on b = r.record_no and l.{key} = r.{key}"
    )
    work.execute(f"""
        create or replace table suspect_key as
        select record_no, {KEYS} from {STORE}.linkage.record_key
        where record_no in (select a from suspect union select b from suspect);
        create or replace table shared_key as {shared};
    """)
    count_keys(work, "shared_key", "shared_size")
    work.execute(f"""
        create or replace table lost as
        with kept as (
            select distinct a, b
            from shared_key
            left join moved using (rule_no, block)
            left join shared_size using (rule_no, block)
            join (values {limits}) as limits(rule_no, most_records) using (rule_no)
            where coalesce(moved.after, shared_size.records) between 2 and most_records
        )
        select pair_no from suspect anti join kept using (a, b)
    """)

"""Pairs that need no model: a verified number agrees, and so do facts that a sibling, twin or parent would not share.

Rules belong here and nothing is scored: what the rules leave open is the model's (`predict.py`). A number alone settles
nothing, because numbers are typed for the wrong member of a family; every rule therefore asks for the given name, which
tells siblings and twins apart, and the birth date, which tells a parent from a child of the same name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linkage.policy import LinkagePolicy
from linkage.prepare import Prepared

VERIFIED_NUMBERS = ("nhs_number", "upn", "nino")


@dataclass(frozen=True)
class SettlingRule:
    """Columns of `record` that all hold a value and agree; `roles` have to hold values in the records at hand."""

    columns: tuple[str, ...]
    roles: tuple[str, ...]


# Named for what agrees, the surest first.
SETTLING_RULES: Mapping[str, SettlingRule] = {
    "nhs_number_given_name_and_birth_date": SettlingRule(
        ("nhs_number", "given_name", "birth_text"), ("nhs_number", "given_name", "birth_date")
    ),
    "nino_given_name_and_birth_date": SettlingRule(
        ("nino", "given_name", "birth_text"), ("nino", "given_name", "birth_date")
    ),
    "upn_given_name_and_birth_date": SettlingRule(
        ("upn", "given_name", "birth_text"), ("upn", "given_name", "birth_date")
    ),
    "nhs_number_swapped_names_and_birth_date": SettlingRule(
        ("nhs_number", "name_in_order", "birth_text"), ("nhs_number", "given_name", "family_name", "birth_date")
    ),
}


def settle(work: Any, prepared: Prepared, *, policy: LinkagePolicy) -> int:
    """Make table `settled` (record_no_l < record_no_r, match_reason 'rule: <name>') over table `record`; count it.

    A pair whose other verified numbers differ is left to the model. So is a group of more than `max_settled_size`
    records that agree: nobody has so many, it is an example that somebody typed.
    """
    agreeing = [
        _agreeing(work, rank, name, rule, policy.max_settled_size)
        for rank, (name, rule) in enumerate(SETTLING_RULES.items())
        if set(rule.roles) <= set(prepared.roles)
    ]
    contradicted = " or ".join(
        f"l.{number} <> r.{number}" for number in VERIFIED_NUMBERS if number in prepared.roles
    )  # null where either record lacks the number: no contradiction
    found = " union all ".join(agreeing) or "select 0 as record_no_l, 0 as record_no_r, 0 as rank, '' as reason limit 0"
    work.execute(f"""
        create or replace table settled as
        select
            record_no_l::integer as record_no_l, record_no_r::integer as record_no_r,
            arg_min(reason, rank) as match_reason
        from ({found}) as found
        join record as l on record_no_l = l.record_no
        join record as r on record_no_r = r.record_no
        where not coalesce({contradicted or "false"}, false)
        group by record_no_l, record_no_r
        order by record_no_l, record_no_r
    """)
    count: int = work.execute("select count(*) from settled").fetchone()[0]
    return count


def _agreeing(work: Any, rank: int, name: str, rule: SettlingRule, most: int) -> str:
    """SQL of the pairs of table `record` whose columns all agree, in groups of at most `most` records."""
    columns = ", ".join(rule.columns)
    present = " and ".join(f"{column} is not null" for column in rule.columns)
    equal = " and ".join(f"l.{column} = r.{column}" for column in rule.columns)
    work.execute(f"""
        create or replace temp table agreeing_{rank} as
        select record_no, {columns} from record
        semi join (select {columns} from record where {present} group by all having count(*) between 2 and {most})
            using ({columns})
    """)
    return f"""
        select l.record_no as record_no_l, r.record_no as record_no_r, {rank} as rank, 'rule: {name}' as reason
        from agreeing_{rank} as l join agreeing_{rank} as r on {equal} and l.record_no < r.record_no
    """

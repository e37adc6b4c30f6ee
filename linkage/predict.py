"""Candidate pairs counted, then scored: `record` and a trained model give `pair`.

Nothing is decided here: which pairs make a person is `cluster.py`.
"""

from collections.abc import Mapping
from math import log2
from typing import Any

from linkage.engine import open_linker
from linkage.policy import LinkagePolicy
from linkage.prepare import Prepared
from settings.errors import UserError

SAME_WEIGHT = 1e-6  # bits; levels are further apart than this


def count_candidates(work: Any, prepared: Prepared) -> dict[str, int]:
    """Candidate pairs per blocking rule, each rule for itself, in the rules' order."""
    rules = prepared.blocking
    if not rules:
        return {}
    counts = " union all ".join(
        f"select {at} as place, '{rule}' as rule, coalesce(sum(n * (n - 1) // 2), 0)::bigint as pairs from "
        f"(select count(*) as n from record where block_{rule} is not null group by block_{rule})"
        for at, rule in enumerate(rules)
    )
    return {rule: pairs for _, rule, pairs in work.execute(f"{counts} order by place").fetchall()}


def refuse_too_many(candidates: Mapping[str, int], *, policy: LinkagePolicy) -> None:
    """Raise UserError that names every rule whose candidate pairs exceed the policy's cap."""
    problems = [
        f"blocking rule '{rule}' gives {pairs:,} candidate pairs, the cap is {policy.max_pairs_per_rule:,}; "
        "look for a placeholder value in its columns, lower max_block_size, or raise max_pairs_per_rule "
        "in policies/linkage.csv"
        for rule, pairs in candidates.items()
        if pairs > policy.max_pairs_per_rule
    ]
    if problems:
        raise UserError("linkage stopped before scoring", problems)


def score(work: Any, prepared: Prepared, model: dict[str, Any], *, policy: LinkagePolicy) -> int:
    """Make table `pair` (record_no_l < record_no_r, match_weight in bits, match_probability, match_reason); count it.

    Only pairs at or above the policy's `pair_floor` are kept.
    """
    if prepared.records < 2 or not prepared.blocking:
        work.execute(_NO_PAIR)
        return 0
    linker = open_linker(work, model)
    scored = linker.inference.predict(threshold_match_probability=policy.pair_floor, warning_mode="never")
    weights = ", ".join(f"mw_{comparison['output_column_name']}" for comparison in model["comparisons"])
    work.execute(f"""
        create or replace table pair as
        with pattern as (select distinct {weights} from {scored.physical_name}),
        reason as (select *, {_reason(model)} as match_reason from pattern)
        select record_no_l, record_no_r, match_weight, match_probability, match_reason
        from {scored.physical_name} join reason using ({weights})
        order by record_no_l, record_no_r
    """)
    scored.drop_table_from_database_and_remove_from_cache()
    return work.execute("select count(*) from pair").fetchone()[0]


_NO_PAIR = """
create or replace table pair (
    record_no_l integer, record_no_r integer, match_weight double, match_probability double, match_reason varchar
)
"""


def _reason(model: dict[str, Any]) -> str:
    """SQL text of a pair's comparison levels and weights, such as 'given_name: nickname +4.1; birth_date: same +12.9'.

    Splink keeps a level's weight, not its number; a level is known by its weight. Missing values weigh nothing and are
    left out, as is the adjustment for how common the value is, which differs from pair to pair within a level.
    """
    parts = []
    for comparison in model["comparisons"]:
        name = comparison["output_column_name"]
        cases = "".join(
            f" when abs(mw_{name} - {weight}) < {SAME_WEIGHT} then '{name}: {level['label_for_charts']} {weight:+.1f}'"
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
            and abs(weight := log2(level["m_probability"] / level["u_probability"])) >= SAME_WEIGHT
        )
        parts.append(f"case{cases} end" if cases else "null")
    return f"concat_ws('; ', {', '.join(parts)})"

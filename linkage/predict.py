"""Candidate pairs scored: tables `record`, `candidate` and `settled` and a trained model give `pair`.

Which pairs are candidates is `blocking.py`, which need no score `deterministic.py`. Nothing is decided here: which
pairs make a person is `cluster.py`.
"""

from collections.abc import Iterator, Mapping
from math import log2
from typing import Any

from linkage.blocking import Forecast, make_candidates, members_as_prepared, refuse_over_cap
from linkage.engine import open_linker
from linkage.frequencies import add_frequencies, count_frequencies, frequency_columns
from linkage.policy import LinkagePolicy
from linkage.prepare import Prepared

SAME_WEIGHT = 1e-6  # bits; levels are further apart than this


def count_candidates(work: Any, prepared: Prepared) -> dict[str, int]:
    """Candidate pairs per blocking rule of table `record`, each rule for itself, in the rules' order."""
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
    refuse_over_cap({rule: Forecast(pairs, policy.max_block_size) for rule, pairs in candidates.items()}, policy=policy)


def score(
    work: Any, prepared: Prepared, model: dict[str, Any], *, policy: LinkagePolicy, between_datasets: bool = False
) -> int:
    """Make table `pair` of the records that `prepare_records` prepared, with frequencies counted in them; count it.

    With `between_datasets` no pair is of one data set.
    """
    if prepared.records < 2 or not prepared.blocking or not model["comparisons"]:
        work.execute(_NO_PAIR)
        return 0
    members_as_prepared(work, prepared.blocking)
    make_candidates(work)
    if between_datasets:
        work.execute(_BETWEEN_DATASETS)
    count_frequencies(work, model)
    return score_candidates(work, model, policy=policy)


def score_candidates(work: Any, settings: dict[str, Any], *, policy: LinkagePolicy) -> int:
    """Make tables `pair` (record_no_l < record_no_r, match_weight, match_probability, reason_no) and `reason`; count.

    reason: reason_no, match_reason. Many pairs share a reason, and a reason is long. Reads tables record, candidate,
    frequency_<column> and, where there is one, settled: a candidate that is settled has probability 1, its rule for a
    reason and no weight. Of the others, those at or above the policy's `pair_floor` are kept. Weights are in bits. They
    are scored in ranges of at most `max_pairs_at_once`, which bounds memory.
    """
    work.execute(_NO_PAIR)
    work.execute(_NO_SETTLED)
    work.execute(_SETTLED)
    if settings["comparisons"]:
        add_frequencies(work, settings)
        for first, last in _ranges(work, policy.max_pairs_at_once):
            _score_range(work, settings, first, last, floor=policy.pair_floor)
        work.execute("drop table compared")
    count: int = work.execute("select count(*) from pair").fetchone()[0]
    return count


def _ranges(work: Any, most: int) -> Iterator[tuple[int, int]]:
    """Ranges (first, last) of record_no_l that hold about `most` candidates each."""
    found = work.execute(f"""
        select min(record_no_l), max(record_no_l)
        from (
            select record_no_l, (sum(count(*)) over (order by record_no_l) - 1) // {most} as part
            from candidate group by record_no_l
        )
        group by part order by part
    """).fetchall()
    yield from found


def _score_range(work: Any, settings: dict[str, Any], first: int, last: int, *, floor: float) -> None:
    work.execute(f"""
        create or replace table blocked as
        select record_no_l as join_key_l, record_no_r as join_key_r, '0' as match_key
        from candidate anti join settled using (record_no_l, record_no_r)
        where record_no_l between {first} and {last}
    """)
    frequencies = {column: f"frequency_{column}" for column in frequency_columns(settings)}
    linker = open_linker(work, settings, table="compared", pairs="blocked", frequencies=frequencies)
    scored = linker.inference.predict(threshold_match_probability=floor, warning_mode="never")
    weights = ", ".join(f"mw_{comparison['output_column_name']}" for comparison in settings["comparisons"])
    work.execute(f"""
        create or replace table pattern as
        select *, {_reason(settings)} as match_reason from (select distinct {weights} from {scored.physical_name});

        {_ADD_REASONS.format(table="pattern")}
        insert into pair
        select record_no_l, record_no_r, match_weight, match_probability, reason_no
        from {scored.physical_name}
        join (select * from pattern join reason using (match_reason)) using ({weights})
    """)
    scored.drop_table_from_database_and_remove_from_cache()
    work.execute("drop table blocked")


_BETWEEN_DATASETS = """
create or replace table candidate as
select candidate.*
from candidate
join record as l on record_no_l = l.record_no
join record as r on record_no_r = r.record_no
where l.dataset <> r.dataset
order by record_no_l, record_no_r
"""
_NO_PAIR = """
create or replace table pair (
    record_no_l integer, record_no_r integer, match_weight double, match_probability double, reason_no integer
);
create or replace table reason (reason_no integer, match_reason varchar);
"""
_NO_SETTLED = """
create table if not exists settled (record_no_l integer, record_no_r integer, match_reason varchar)
"""
_ADD_REASONS = """
insert into reason
with wanted as (select distinct match_reason from {table})
select
    (select coalesce(max(reason_no), 0) from reason) + row_number() over (order by match_reason), match_reason
from wanted anti join reason using (match_reason);
"""
_SETTLED = f"""
{_ADD_REASONS.format(table="settled")}
insert into pair
select record_no_l, record_no_r, null, 1.0, reason_no
from candidate
join settled using (record_no_l, record_no_r)
join reason using (match_reason)
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

"""What a reader of the place tiers knows of each count by itself: the least and the most that it can be.

Made from the released tables and the policy alone. Which counts add up to which is `released_sums.py`; narrowing one
by another, and judging, is `bounds_audit.py`.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from settings.duck import identifier, quoted
from sharing.about import insert
from sharing.policy import CountRule, rule_of
from sharing.tiers import COMPLEMENTARY, PLACE_LEVELS, SUPPRESSED, UNIT_COLUMNS

UNBOUNDED = 1_000_000_000  # people: nothing is told
LIVING = "people_living"  # a part, and instead of a data set: everybody
BASE, CODE, KIND = "everybody", "code", "kind"  # of a measure: who has it; by code; by code, age band and sex
STATUSES, RATINGS = ("people_current", "people_historic"), ("people_red", "people_amber", "people_green")
PARTS = {"known_to": (*STATUSES, LIVING), "rag": RATINGS, "coded": ("people",), "full": ("people",)}
OWN_COLUMNS = {"coded": ("measure", "code"), "full": ("measure", "code", "age_band", "sex")}
PART = {
    "coded": quoted(CODE),
    "full": f"if(code = 'all' and age_band = 'all' and sex = 'all', '{BASE}', '{KIND}')",
}
RULES = """create or replace temp table count_rule (level varchar, dataset varchar, threshold integer, rounding integer,
    zero_released boolean, least_values integer)"""
# a key is what is counted, a count a key at a place; residents are told beside every data set, by its rule
COUNTS = f"""
create or replace temp table released_count as
    with told as ({{told}}),
    living as (
        select tier, level, '{LIVING}' as dataset, place, name, part, measure, code, age_band, sex,
            max(least) as least, min(most) as most, bool_and(is_withheld) as is_withheld
        from told where part = '{LIVING}' and '{LIVING}' in (select dataset from count_rule) group by all
    ),
    counted as (select * from told where part <> '{LIVING}' union all select * from living)
    select row_number() over () as id, hash(dataset, part, measure, code, age_band, sex) as key, *
    from counted;
create or replace temp table count_key as
    select distinct key, dataset, part, measure, code, age_band, sex from released_count"""


def write_rules(connection: Any, rules: Mapping[str, CountRule], datasets: Collection[str]) -> bool:
    """Fill `count_rule` for the data sets that are not drawn; say whether any promises `least_values`.

    Residents are drawn if any data set is; else the strictest of all rules holds for them.
    """
    connection.execute(RULES)
    own = {dataset: [rule_of(rules, level, dataset) for level in PLACE_LEVELS] for dataset in sorted(datasets)}
    known = {dataset: [rule for rule in found if rule] for dataset, found in own.items()}
    drawn = {dataset for dataset, found in known.items() if any(rule.left_out_share > 0 for rule in found)}
    lines = [
        (level, dataset, rule.threshold, rule.rounding, rule.zero_released, max(item.least_values for item in found))
        for dataset, found in known.items()
        if len(found) == len(PLACE_LEVELS) and dataset not in drawn
        for level, rule in zip(PLACE_LEVELS, found, strict=True)
    ]
    insert(connection, "count_rule", lines)
    if not drawn:
        connection.execute(f"""insert into count_rule
            select level, '{LIVING}', max(threshold), 1, false, max(max(least_values)) over () from count_rule
            group by level""")
    return any(line[-1] > 1 for line in lines)


def write_bounds(connection: Any, tiers: Collection[str]) -> None:
    """Fill `released_count` and `count_key` from those of `tiers` that are of places, by `count_rule`."""
    connection.execute(COUNTS.format(told=" union all ".join(_selects(tiers))))


def _selects(tiers: Collection[str]) -> Iterator[str]:
    for level in PLACE_LEVELS:
        for detail, names in PARTS.items():
            if f"{level}_{detail}" in tiers:
                yield from (_told(level, detail, name) for name in names)


def _told(level: str, detail: str, name: str) -> str:
    """The counts in one column of a tier as bounds. A half is rounded up, as in SQL."""
    own = OWN_COLUMNS.get(detail, ())
    value, reason = f"released.{identifier(name)}", f"released.{identifier(f'{name}_reason')}"
    is_some = f"{reason} = '{SUPPRESSED}' and zero_released"
    if name == LIVING and level != "ward":  # a street or postcode has rows only if somebody lives there
        is_some = "true"
    return f"""
        select '{level}_{detail}' as tier, '{level}' as level, released.dataset,
            hash('{level}', {UNIT_COLUMNS[level][0]}) as place, '{name}' as name,
            {PART.get(detail, quoted(name))} as part,
            {", ".join(column if column in own else f"'' as {column}" for column in OWN_COLUMNS["full"])},
            case
                when {value} = 0 then 0
                when {value} is not null then greatest({value} - rounding // 2, threshold + 1)
                else ({is_some})::integer
            end::bigint as least,
            case
                when {value} = 0 then 0
                when {value} is not null then {value} - rounding // 2 + rounding - 1
                when {reason} = '{COMPLEMENTARY}' then {UNBOUNDED}
                else threshold
            end::bigint as most,
            {value} is null as is_withheld
        from tiers.{level}_{detail} as released
        inner join count_rule as rule on rule.level = '{level}' and released.dataset = rule.dataset
        where {reason} is null or {reason} in ('{SUPPRESSED}', '{COMPLEMENTARY}', 'not_covered')"""

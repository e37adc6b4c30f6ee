"""The Splink model: which facts are compared (`comparisons.py` says how) and what blocks. Nothing else belongs here.

A role that holds no value in the records at hand is left out. Training fills the probabilities (`train.py`).
"""

from typing import Any

from linkage import comparisons as compare
from linkage.prepare import Prepared

READ_TOGETHER = (("given_first", "family_name"), ("postcode", "uprn", "address"))
COMPARED_AS = {"given_name": "given_first", "birth_date": "birth_text"}  # role -> the column that its comparison reads


def training_rules(prepared: Prepared) -> tuple[tuple[str, ...], ...]:
    """Columns on which expectation maximisation blocks; each rule teaches the comparisons that it leaves free.

    The two name comparisons read both names, so a rule that blocks on either teaches neither.
    """
    have = {COMPARED_AS.get(role, role) for role in prepared.roles} | set(prepared.extras)
    rules: list[tuple[str, ...]] = [
        ("given_first", "birth_text"),
        ("family_name", "birth_text"),
        ("given_first", "family_name"),
        ("postcode", "birth_text"),
        ("nhs_number",),
    ]
    if "postcode" not in have:
        rules += [("email",), ("phone",), ("birth_text",), *((extra,) for extra in prepared.extras)]
    return tuple(rule for rule in rules if set(rule) <= have and have - _taught_by_none(rule))


def _taught_by_none(rule: tuple[str, ...]) -> set[str]:
    """Columns of the comparisons that read a column of `rule`: what every pair agrees on cannot be learnt from them."""
    return {column for group in READ_TOGETHER if set(group) & set(rule) for column in group} | set(rule)


def untrained_settings(prepared: Prepared) -> dict[str, Any]:
    """Splink settings for table `record`, without learnt probabilities."""
    roles = set(prepared.roles)
    comparisons = [
        build(roles, prepared)
        for needed, build in (
            ({"given_name"}, compare.given_name),
            ({"family_name"}, compare.family_name),
            ({"birth_date"}, compare.birth_date),
            ({"sex"}, compare.sex),
            ({"postcode", "uprn", "address"}, compare.residence),
            ({"phone"}, compare.phone),
            ({"email"}, compare.email),
        )
        if needed & roles
    ]
    if {"given_name", "family_name", "birth_date", "postcode"} <= roles:
        comparisons.append(compare.parent_and_child(roles, prepared))
    comparisons += [compare.extra(column, prepared) for column in prepared.extras]
    comparisons += [compare.number(role, prepared) for role in compare.AGREEMENT_OF_VERIFIED_NUMBERS if role in roles]
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_no",
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.block_{rule} = r.block_{rule}", "sql_dialect": "duckdb"} for rule in prepared.blocking
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": 25,
        "em_convergence": 0.001,
    }

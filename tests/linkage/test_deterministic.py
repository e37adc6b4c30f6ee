"""The deterministic pass: what a verified number settles, and what it must leave to the model."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from linkage.deterministic import settle
from linkage.policy import read_policy
from linkage.prepare import prepare_records
from settings.duck import connect
from tests.linkage.identity_store import COLUMNS, POLICIES, TYPES

ANN = {"given_name": "ANN", "family_name": "LEE", "birth_date": date(1980, 5, 6), "nhs_number": "9434765919"}
OTHER_NUMBER = "4505577104"


def settled(*records: dict[str, Any], most: int = 400) -> list[tuple[int, int, str]]:
    """The pairs settled among `records`, by their places from 1, with the reason."""
    work = connect()
    work.execute(f"create table person_records ({', '.join(f'{name} {TYPES[name]}' for name in COLUMNS)})")
    for number, record in enumerate(records, start=1):
        row = {"record_id": f"{number:03}", "dataset": "gp"} | record
        work.execute(
            f"insert into person_records values ({', '.join('?' * len(COLUMNS))})", [row.get(name) for name in COLUMNS]
        )
    policy = read_policy(POLICIES, as_of=date(2026, 6, 1))
    policy = replace(policy, max_settled_size=most)
    prepared = prepare_records(
        work, max_block_size=policy.max_block_size, max_loose_block_size=policy.max_loose_block_size
    )
    count = settle(work, prepared, policy=policy)
    found: list[tuple[int, int, str]] = work.execute("from settled").fetchall()
    assert len(found) == count
    return found


def test_a_number_a_given_name_and_a_birth_date_settle_a_pair_whatever_the_family_name() -> None:
    assert settled(ANN, ANN | {"family_name": "ELLIS"}) == [(1, 2, "rule: nhs_number_given_name_and_birth_date")]


def test_swapped_names_are_settled_by_the_number_and_the_birth_date() -> None:
    swapped = ANN | {"given_name": "LEE", "family_name": "ANN"}
    assert settled(ANN, swapped) == [(1, 2, "rule: nhs_number_swapped_names_and_birth_date")]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"given_name": "AMY"}, id="typed for a twin"),
        pytest.param({"given_name": "AMY", "birth_date": date(1982, 1, 1)}, id="typed for a sibling"),
        pytest.param({"birth_date": date(1955, 5, 6)}, id="typed for a parent of the same name"),
        pytest.param({"nhs_number": OTHER_NUMBER}, id="another number"),
        pytest.param({"nhs_number": None}, id="no number"),
        pytest.param({"birth_date": None}, id="no second fact"),
    ],
)
def test_a_number_typed_for_somebody_else_settles_nothing(other: dict[str, Any]) -> None:
    assert settled(ANN, ANN | other) == []


def test_a_second_number_that_differs_leaves_the_pair_to_the_model() -> None:
    assert settled(ANN | {"nino": "AB123457"}, ANN | {"nino": "AB123458"}) == []
    assert len(settled(ANN | {"nino": "AB123457"}, ANN | {"nino": "AB123457"}, ANN)) == 3


def test_an_example_that_too_many_records_hold_settles_nothing() -> None:
    assert len(settled(ANN, ANN, ANN, most=3)) == 3
    assert settled(ANN, ANN, ANN, most=2) == []

"""What an action gains now: the gate's cells and the share's conditions, and nothing else of the release."""

from pathlib import Path
from typing import Any

import pytest

from settings.paths import Home
from sharing.access import Access
from sharing.gate import Decision
from sharing.governance import Conditions
from sharing.share_policy import SharePolicy
from tests.valuation import small_town as town
from valuation import worth_lines
from valuation.action_worth import ActionWorth, value_action
from valuation.share_view import make_seen
from valuation.units import open_valuation

ROWS = ("person", "household")
POLICY = SharePolicy(
    minimum_approvers=2,
    minimum_release_approvers=0,
    id_length=16,
    date_precision=dict.fromkeys(ROWS, "day"),
    minimum_k=dict.fromkeys(ROWS, 1),
    minimum_l=dict.fromkeys(ROWS, 1),
)


def cell(dataset: str, level: str, detail: str, **conditions: Any) -> Decision:
    return Decision("town", dataset, level, detail, True, "permitted", "", conditions=Conditions(**conditions))


def valued(work: Any, home: Home, *cells: Decision) -> ActionWorth:
    access = Access(policy=POLICY, decisions=cells)
    found = value_action(work, town.action(), home, town.contracts(), town.policy(), access=access, has_parts=False)
    assert isinstance(found, ActionWorth)
    return found


def rows(work: Any, tier: str) -> list[Any]:
    return work.execute(f"select * from seen.{tier} order by all").fetchall()


def test_a_group_sees_the_rows_of_its_cells_and_no_others(work: Any):
    make_seen(work, [cell("clinic", "person", "known_to"), cell("noise", "ward", "rag")], town.contracts(), POLICY)
    known = work.execute("from release.tiers.person_known_to where dataset = 'clinic' order by all").fetchall()
    assert rows(work, "person_known_to") == known
    assert {row[1] for row in rows(work, "ward_rag")} == {"noise"}
    assert rows(work, "person_full") == []
    assert rows(work, "ward_known_to") == []


def test_classes_that_are_too_small_are_held_back_and_dates_coarse(work: Any):
    cells = [cell("clinic", "person", "full", minimum_k=30, date_precision="year")]
    make_seen(work, cells, town.contracts(), POLICY)
    sizes = work.execute("""
        select count(distinct person_id) from release.tiers.person_full where dataset = 'clinic'
        group by age_band, sex, ward_code""").fetchall()
    kept = [size for (size,) in sizes if size >= 30]
    assert 0 < len(kept) < len(sizes)
    assert len(rows(work, "person_full")) == sum(kept)
    days = {str(day) for (day,) in work.execute("select distinct valid_from from seen.person_full").fetchall()}
    assert days == {"2026-01-01"}


def test_what_is_permitted_without_conditions_is_worth_what_the_release_is(work: Any, home: Home):
    everything = [cell(name, level, "known_to") for name in ("clinic", "noise") for level in ("person", "street")]
    found = valued(work, home, *everything)
    lines = [line for line in worth_lines.action_values(found) if line.is_all_candidates]
    permitted = {line.tier for line in lines if line.is_permitted}
    assert permitted == {"person_known_to", "street_known_to"}
    for line in lines:
        expected = line.gain_gbp if line.is_permitted else None
        assert line.permitted_gain_gbp == expected
    assert found.baselines["permitted_now"].net_value_gbp == pytest.approx(
        found.everything("person", "known_to").net_value_gbp
    )


def test_conditions_cost_value(work: Any, home: Home):
    free = valued(work, home, cell("clinic", "person", "known_to"), cell("noise", "person", "known_to"))
    bound = valued(
        work, home, cell("clinic", "person", "known_to", minimum_k=10_000), cell("noise", "person", "known_to")
    )
    tier, choice = ("person", "known_to"), frozenset({"clinic", "noise"})
    assert bound.permitted[tier][choice].net_value_gbp < free.permitted[tier][choice].net_value_gbp / 2
    assert bound.tiers[tier][choice].net_value_gbp == free.tiers[tier][choice].net_value_gbp


def test_without_agreements_nothing_is_permitted_and_own_data_are_all_there_is(work: Any, home: Home):
    found = valued(work, home)
    lines = worth_lines.action_values(found)
    assert {line.baseline for line in lines if line.is_permitted} == {"permitted_now"}
    assert found.baselines["permitted_now"].net_value_gbp == found.own.net_value_gbp


def test_no_table_of_the_view_outlives_the_working_database(work: Any, home: Home, tmp_path: Path):
    make_seen(work, [cell("clinic", "person", "full", minimum_k=30)], town.contracts(), POLICY)
    with open_valuation(home, release=home.root / "release") as again:
        assert again.execute("select count(*) from duckdb_tables() where schema_name = 'seen'").fetchone() == (0,)

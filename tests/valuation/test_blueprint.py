"""The blueprint drawn from a warehouse and a region's files, and what its tables then hold."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contract import Contract
from ingestion.contract_reader import read_contracts
from settings import duck
from settings.errors import RegionError
from settings.paths import REPOSITORY, Home, Region
from sharing.access import Access, read_access
from sharing.governance import Governance
from tests.valuation import small_town as town
from valuation.blueprint.draw import Brief, blueprint_tables, draw_blueprint, read_brief
from valuation.blueprint.options import Cell
from valuation.blueprint.party_rows import shared_out
from valuation.blueprint.rows import TABLES
from valuation.blueprint.standing import standing_of

PEOPLE = 1_000
OWN_GBP = 50.0  # what the owner's own data bring
# action, baseline, tier, data sets, gain, gain at the 10th percentile, vetoed
VALUES = [
    ("prevention", "own_data", None, [], 0.0, 0.0, False),
    ("prevention", "perfect_record", None, [], 1_000.0, 800.0, False),
    ("prevention", None, "ward_rag", ["clinic"], 600.0, 400.0, False),
    ("prevention", None, "ward_rag", ["clinic", "noise"], 601.0, 390.0, False),
    ("prevention", None, "person_rag", ["clinic"], 900.0, 700.0, False),
    ("prevention", None, "person_full", ["clinic"], 950.0, 750.0, True),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.warehouse_db.parent.mkdir(parents=True)
    with duck.connect(home.warehouse_db) as connection:
        connection.execute(f"""
            create schema linked; create schema economics;
            create table linked.person as select n as person_id from range({PEOPLE}) as numbers (n);
            create table economics.action_value (action varchar, user_group varchar, baseline varchar, tier varchar,
                data_sets varchar[], gain_gbp double, gain_low_gbp double, is_vetoed boolean,
                net_value_gbp double,
                accepted_by_targeted double, accepted_by_control double)""")
        connection.executemany(
            "insert into economics.action_value values (?, 'town', ?, ?, ?, ?, ?, ?, ?, 0.8, 0.4)",
            [[*row, OWN_GBP + row[4]] for row in VALUES],
        )
    return home


def contracts() -> dict[str, Contract]:
    return {
        name: SimpleNamespace(
            **vars(contract),
            organisation_type="town",
            classification=None,
            classification_by_detail={},
            columns=(),
            integration_days=2.0,
            governance_days=1.0,
            digest=name,
        )
        for name, contract in town.contracts().items()
    }  # type: ignore[return-value]


@pytest.fixture
def region(tmp_path: Path) -> Region:
    """The town's region with the repository's rates and settings, for an authority as large as the town's data."""
    region = town.region(tmp_path / "region", town.ACTION)
    shutil.copytree(REPOSITORY / "region" / "costs", region.costs)
    for name in ("blueprint", "discount"):
        shutil.copy(REPOSITORY / "region" / "policies" / f"{name}.csv", region.policies)
    change(region.policies / "blueprint.csv", ",authority_people,385000,", ",authority_people,100000,")
    return region


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def brief(region: Region, **more: Any) -> Brief:
    found = read_brief(region, contracts(), as_of=town.AS_OF, **more)
    assert found is not None
    return found


def test_the_plan_takes_what_is_worth_most_and_tells_who_pays_and_gains(home: Home, region: Region):
    rows = blueprint_tables(home, brief(region))
    (step, *refused) = rows["blueprint"]
    assert (step.step_no, step.tier, step.data_sets, step.new_cells) == (
        1,
        "person_rag",
        ("clinic",),
        ("clinic@person_rag",),
    )
    assert step.value_low_year_gbp == 700.0 * 100  # 1,000 people in the data, 100,000 in the authority
    assert step.one_off_gbp == round(1.41 * 750 * (20 + 2 + 1), 2)  # platform, integration, governance, with optimism
    assert step.running_year_gbp == round(1.41 * 750 * (20 + 2), 2)
    assert [(row.tier, row.refused_because) for row in refused] == [("person_full", "vetoed by citizens")]
    assert refused[0].explanation == "80% of those targeted and 40% of others accept person_full"
    assert [(row.party, row.present_cost_gbp, row.present_value_low_gbp) for row in rows["blueprint_party"]] == [
        ("The town", step.present_cost_gbp, step.present_value_low_gbp)
    ]


def test_a_step_starts_when_the_team_could_set_it_up_and_every_table_says_so(home: Home, region: Region):
    at_once = blueprint_tables(home, brief(region))["blueprint_summary"][0]
    change(region.policies / "blueprint.csv", ",set_up_days_year,100,", ",set_up_days_year,12,")
    rows = blueprint_tables(home, brief(region))
    step, summary = rows["blueprint"][0], rows["blueprint_summary"][0]
    assert (step.set_up_days, step.start_year, summary.last_start_year) == (23.0, 2, 2)
    assert [row.cost_gbp > 0 for row in rows["blueprint_year"]] == [False] + [True] * 9
    assert [row.value_low_gbp > 0 for row in rows["blueprint_year"]] == [False] * 2 + [True] * 8
    assert summary.net_present_gbp == pytest.approx(at_once.net_present_gbp - summary.waiting_gbp, abs=0.05)
    assert summary.waiting_gbp > 0
    assert summary.pay_back_year == at_once.pay_back_year + 1
    own = [row for row in rows["business_case"] if row.option == "blueprint" and row.authorities == 1]
    assert [row.cost_gbp for row in own] == [row.cost_gbp for row in rows["blueprint_year"]]


def test_bodies_pay_and_gain_in_the_shares_that_the_action_states(home: Home, region: Region):
    shares = {"pays": {"The town": 0.6, "The clinic": 0.4}, "gains": {"The clinic": 1}, "shares_source": "test"}
    (region.root / "actions" / "prevention.yaml").write_text(yaml.safe_dump(town.ACTION | shares))
    rows = blueprint_tables(home, brief(region))
    step = rows["blueprint"][0]
    found = {row.party: row for row in rows["blueprint_party"]}
    assert found["The town"].present_cost_gbp == pytest.approx(0.6 * step.present_cost_gbp, abs=0.01)
    assert (found["The town"].present_value_low_gbp, found["The town"].gains_share) == (0, 0)
    assert found["The clinic"].present_value_low_gbp == step.present_value_low_gbp
    assert round(sum(row.present_cost_gbp for row in found.values()), 2) == step.present_cost_gbp
    assert all(row.is_stated for row in found.values())
    by_year = rows["blueprint_party_year"]
    for row in rows["blueprint_year"]:
        paid = [item.pays_gbp for item in by_year if item.year == row.year]
        assert round(sum(paid), 2) == row.cost_gbp
    last = {row.party: row.cumulative_net_gbp for row in by_year if row.year == 10}
    assert last == {
        name: pytest.approx(found[name].gains_gbp - found[name].pays_gbp, abs=0.11)  # a penny a year
        for name in ("The clinic", "The town")
    }


@given(st.floats(0, 1e7), st.lists(st.floats(0, 1), min_size=1, max_size=5).filter(any))
def test_what_is_shared_out_adds_up_to_the_penny(amount: float, weights: list[float]):
    shares = {str(place): weight / sum(weights) for place, weight in enumerate(weights)}
    found = shared_out(amount, shares)
    assert round(sum(found.values()), 2) == round(round(amount * 100) / 100, 2)
    assert all(abs(found[name] - amount * share) <= 0.015 for name, share in shares.items())


def test_years_summary_and_business_case_tell_the_same_money(home: Home, region: Region):
    rows = blueprint_tables(home, brief(region))
    (summary,) = rows["blueprint_summary"]
    step = rows["blueprint"][0]
    last = [row for row in rows["business_case"] if row.option == "blueprint" and row.authorities == 1][-1]
    assert summary.people_scale == 100
    assert summary.net_present_gbp == pytest.approx(step.cumulative_value_low_gbp - step.cumulative_cost_gbp, abs=0.02)
    assert last.cumulative_discounted_net_gbp == summary.net_present_gbp
    assert last.cumulative_net_gbp == pytest.approx(
        sum(row.value_low_gbp - row.cost_gbp for row in rows["blueprint_year"]), abs=0.1
    )
    warehouse = [row for row in rows["business_case"] if row.option == "warehouse" and row.authorities == 150]
    assert warehouse[2].cumulative_cost_gbp == 45_000_000
    assert round(warehouse[2].cumulative_discounted_cost_gbp) == 43_871_561
    assert warehouse[9].value_low_gbp == 150 * 800.0 * 100  # the perfect record's, at full effect


def test_of_equally_cheap_sets_that_keep_the_share_the_least_revealing_is_the_mvld(home: Home, region: Region):
    kept = {row.retained_share: row for row in blueprint_tables(home, brief(region))["mvld"]}
    assert kept[0.5].cells == ("clinic@ward_rag@town",)
    assert kept[0.7].cells == ("clinic@person_rag@town",)
    assert [row.is_reached for row in kept.values()] == [True, True, True, True, False]
    assert kept[0.95].share_reached == pytest.approx(0.9)


def test_from_today_what_is_granted_already_costs_nothing_more(home: Home, region: Region):
    found = brief(region, starts_from="today")
    granted = SimpleNamespace(group="town", dataset="clinic", tier="person_rag", is_permitted=True)
    holds = SimpleNamespace(holds=lambda control, on: True)
    access = Access(Governance(groups={"town": holds}), None, (granted,))  # type: ignore[arg-type, dict-item]
    rows = blueprint_tables(home, Brief(**{**vars(found), "access": access}))
    assert (rows["blueprint"][0].tier, rows["blueprint"][0].is_permitted) == ("person_rag", True)
    assert rows["blueprint_summary"][0].present_cost_gbp == 0


def test_a_cell_is_barred_where_the_group_is_unknown_or_lacks_a_control():
    region = Region(REPOSITORY / "region")
    known = read_contracts(region.contracts)
    access = read_access(region, known, as_of=town.AS_OF)
    cells = {
        Cell("gp_register", "person_full", "county_early_help"),
        Cell("gp_register", "ward_rag", "county_public_health"),
        Cell("gp_register", "ward_rag", "nobody"),
        Cell("school_census", "person_coded", "county_early_help"),
    }
    found = standing_of(cells, access, known, as_of=town.AS_OF)
    assert found.barred == {
        Cell("gp_register", "person_full", "county_early_help"): "county_early_help would need dspt for gp_register",
        Cell("gp_register", "ward_rag", "nobody"): "there is no user group nobody",
    }
    assert Cell("school_census", "person_coded", "county_early_help") in found.granted
    assert "school_census" in found.integrated


def test_luck_in_one_year_is_not_counted(home: Home, region: Region):
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("alter table economics.action_value add column earlier_gain_gbp double")
        connection.execute(
            "update economics.action_value set earlier_gain_gbp = case when tier = 'person_rag' then 300 else 2000 end"
        )
    step = blueprint_tables(home, brief(region))["blueprint"][0]
    assert (step.tier, step.value_low_year_gbp) == ("ward_rag", 400.0 * 100)


def test_what_only_makes_up_for_the_loss_of_own_data_is_no_value(home: Home, region: Region):
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("update economics.action_value set net_value_gbp = -300 where baseline = 'own_data'")
    tables = blueprint_tables(home, brief(region))
    (step,) = [row for row in tables["blueprint"] if row.is_taken]
    assert (step.tier, step.value_year_gbp, step.value_low_year_gbp) == ("person_rag", 600.0 * 100, 400.0 * 100)
    assert {row.perfect_value_gbp for row in tables["mvld"]} == {700.0 * 100}


def test_a_region_without_the_policy_or_a_night_without_values_has_empty_tables(home: Home, region: Region):
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("delete from economics.action_value")
    assert draw_blueprint(home, brief(region)) == dict.fromkeys(TABLES, 0)
    (region.policies / "blueprint.csv").unlink()
    assert read_brief(region, contracts(), as_of=town.AS_OF) is None
    assert draw_blueprint(home, None) == dict.fromkeys(TABLES, 0)


def test_the_tables_are_the_same_whenever_they_are_drawn_and_hold_no_id(home: Home, region: Region):
    counts = draw_blueprint(home, brief(region))

    def tables() -> dict[str, list[Any]]:
        with duck.connect(home.warehouse_db, read_only=True) as connection:
            return {name: connection.execute(f"from economics.{name}").fetchall() for name in TABLES}

    first = tables()
    assert {name: len(rows) for name, rows in first.items()} == counts
    assert all(counts.values())
    draw_blueprint(home, brief(region))
    assert tables() == first


def test_wrong_settings_are_told_all_at_once(region: Region):
    change(region.policies / "blueprint.csv", ",starts_from,nothing,", ",starts_from,yesterday,")
    change(region.policies / "blueprint.csv", ",benefit_ramp,0.2,", ",benefit_ramp,2,")
    with pytest.raises(RegionError) as error:
        brief(region)
    assert list(error.value.problems) == [
        "policies/blueprint.csv: line 2: starts_from is not one of nothing, today",
        "policies/blueprint.csv: line 7: benefit_ramp is not a number from 0.01 to 1",
    ]


def test_a_setting_that_is_missing_is_told_with_its_table(region: Region):
    change(region.costs / "programme.csv", "2020-01-01,platform_days,", "2030-01-01,platform_days,")
    with pytest.raises(RegionError, match=r"programme.csv: 'platform_days' has no value on 2026-06-01"):
        brief(region)

"""The money of the founding application, and the Green Book's falling rate."""

from pathlib import Path

import pytest

from settings.errors import RegionError
from settings.paths import REPOSITORY
from valuation.discount import read_discounting

POLICIES = REPOSITORY / "region" / "policies"
AUTHORITIES = 150


def test_the_perfect_warehouse_costs_what_the_application_says():
    discounting = read_discounting(POLICIES, as_of="2026-06-01")
    yearly = [150_000, 75_000, 75_000]
    assert AUTHORITIES * sum(yearly) == 45_000_000
    assert round(AUTHORITIES * discounting.present_value(yearly)) == 43_871_561


def test_the_rate_falls_after_thirty_years():
    discounting = read_discounting(POLICIES, as_of="2026-06-01")
    assert discounting.factor(0) == 1
    assert discounting.factor(30) / discounting.factor(31) == pytest.approx(1.03)
    assert discounting.factor(75) / discounting.factor(76) == pytest.approx(1.025)


def test_health_effects_have_their_own_rate():
    assert read_discounting(POLICIES, as_of="2026-06-01", kind="health").factor(1) == pytest.approx(1 / 1.015)


def test_every_wrong_line_is_told(tmp_path: Path):
    (tmp_path / "discount.csv").write_text(
        "valid_from,kind,first_year,last_year,rate,source\nsoon,standard,0,,0.035,x\n2020-01-01,standard,0,,dear,x\n"
    )
    with pytest.raises(RegionError) as error:
        read_discounting(tmp_path, as_of="2026-06-01")
    assert [problem.split(": ")[1] for problem in error.value.problems] == ["line 2", "line 3"]


def test_a_date_before_all_rates_is_told(tmp_path: Path):
    (tmp_path / "discount.csv").write_text(
        "valid_from,kind,first_year,last_year,rate,source\n2030-01-01,standard,0,,0.03,x\n"
    )
    with pytest.raises(RegionError, match="no 'standard' rate is in force"):
        read_discounting(tmp_path, as_of="2026-06-01")

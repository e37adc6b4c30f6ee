"""A forecast goes by like nights, by size, and by shipped figures where there are none; what came is set beside it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from settings.errors import RegionError
from settings.paths import REPOSITORY, Home
from valuation import ledger
from valuation.effort import Effort, read_efforts
from valuation.forecast import SHIPPED, Forecast, Past, forecast
from valuation.forecast_tables import keep, read_history, read_past, write_run_forecast
from valuation.ledger import cost_entries_for
from valuation.metering import Usage
from valuation.rates import read_rates

MB = 10**6
RATES = read_rates(REPOSITORY / "region" / "costs", as_of="2026-06-01")
EFFORTS = {
    "raw": Effort("raw", fixed_seconds=2, seconds_per_mb=1, idle_seconds=1, memory_gb=1),
    "tiers": Effort("tiers", fixed_seconds=10, seconds_per_mb=0, idle_seconds=1, memory_gb=1),
}


def by_asset(*arguments):
    return {line.asset_key: line for line in forecast(*arguments, EFFORTS, RATES)}


def test_a_first_night_goes_by_shipped_figures_and_says_so():
    found = by_asset({"a": 3 * MB, "b": MB}, [])
    assert {name: (line.seconds, line.basis) for name, line in found.items()} == {
        "raw/*": (6.0, SHIPPED),
        "tiers/*": (10.0, SHIPPED),
    }
    assert found["raw/*"].gbp == pytest.approx(6 * (0.00001 + 0.0041 / 3600))


def test_a_later_night_scales_the_middle_of_like_nights_by_size():
    past = [Past(f"r{number}", "raw/a", 8 * MB, seconds, 1.0) for number, seconds in enumerate((20.0, 30.0, 900.0))]
    found = by_asset({"a": 18 * MB}, past)  # 30 s at 8 MB, where figures say 10 s; they say 20 s at 18 MB
    assert found["raw/a"] == Forecast("raw/a", 18 * MB, 60.0, 2.0, "3 runs")
    assert found["tiers/*"].basis == SHIPPED


def test_a_night_without_new_files_goes_by_nights_without():
    past = [Past("r1", "tiers/x", 8 * MB, 40.0, 4.0), Past("r2", "tiers/x", 0, 0.5, 0.1)]
    assert by_asset({"a": 0}, past)["tiers/x"] == Forecast("tiers/x", 0, 0.5, 0.1, "1 run")
    assert by_asset({"a": MB}, past)["tiers/x"] == Forecast("tiers/x", MB, 40.0, 4.0, "1 run")


def test_a_raw_asset_goes_by_its_own_files():
    past = [Past("r1", "raw/a", MB, 3.0, 1.0), Past("r1", "raw/b", 0, 0.1, 0.1)]
    found = by_asset({"a": 0, "b": 0}, past)
    assert "raw/a" not in found and found["raw/b"].seconds == 0.1


def spend(home: Home, run_id: str, *, seconds: float) -> None:
    """A run: one data set, then two tiers in one step, of which the second takes three quarters of the CPU."""
    start = datetime(2026, 6, 1)
    for keys, length in (({"raw/a": 1.0}, seconds), ({"tiers/x": 1.0, "tiers/y": 3.0}, 4.0)):
        for asset_key, cpu in keys.items():
            lines = cost_entries_for(
                Usage(length, cpu, MB), asset_key=asset_key, run_id=run_id, rows=1, rates=RATES,
                started_at=start, ended_at=start + timedelta(seconds=length),
            )  # fmt: skip
            ledger.record(home, lines)
        start += timedelta(seconds=length)


def test_what_came_is_set_beside_what_was_told_and_serves_the_next_forecast(tmp_path):
    home = Home(tmp_path)
    assert read_past(home) == [] and read_history(home) == []
    keep(home, "r1", as_of="2026-06-01", new_bytes={"a": 8 * MB}, told=forecast({"a": 8 * MB}, [], EFFORTS, RATES))
    spend(home, "r1", seconds=20.0)
    for _ in range(2):  # a retry changes nothing
        assert write_run_forecast(home, "r1") == 2
    (line,) = read_history(home)
    assert (line.forecast_seconds, line.actual_seconds, line.input_bytes) == (20.0, 24.0, 8 * MB)
    assert line.actual_gbp == pytest.approx(5 * 0.00001, abs=2e-6)
    assert {(item.asset_key, item.seconds) for item in read_past(home)} == {
        ("raw/a", 20.0), ("tiers/x", 1.0), ("tiers/y", 3.0),
    }  # fmt: skip
    told = forecast({"a": 8 * MB}, read_past(home), EFFORTS, RATES)
    assert sum(item.seconds for item in told) == 24.0 and {item.basis for item in told} == {"1 run"}


def test_the_outcome_of_a_run_is_complete_from_the_next_on(tmp_path):
    home = Home(tmp_path)
    for run_id, seconds in (("r1", 20.0), ("r2", 30.0)):
        past = read_past(home)
        keep(home, run_id, as_of="2026-06-01", new_bytes={"a": MB}, told=forecast({"a": MB}, past, EFFORTS, RATES))
        spend(home, run_id, seconds=seconds)
        write_run_forecast(home, run_id)
    late = cost_entries_for(
        Usage(1, 5.0, 0), asset_key="raw/a", run_id="r1", rows=1, rates=RATES,
        started_at=datetime(2026, 6, 1), ended_at=datetime(2026, 6, 1, 0, 0, 50),
    )  # fmt: skip
    ledger.record(home, late)
    write_run_forecast(home, "r2")
    assert [round(line.actual_seconds) for line in read_history(home)] == [54, 34]


def test_a_run_whose_forecast_was_not_kept_has_none(tmp_path):
    assert write_run_forecast(Home(tmp_path), "r9") == 0


def test_the_figures_in_force_are_the_last_ones_and_before_any_the_first(tmp_path):
    (tmp_path / "forecast.csv").write_text(
        "valid_from,layer,fixed_seconds,seconds_per_mb,idle_seconds,memory_gb,source\n"
        "2026-01-01,raw,1,1,1,1,a\n2025-01-01,raw,2,1,1,1,a\n"
    )
    read = {
        day: read_efforts(tmp_path, as_of=day)["raw"].fixed_seconds
        for day in ("2024-06-01", "2025-06-01", "2026-06-01")
    }
    assert list(read.values()) == [2, 2, 1]
    assert read_efforts(tmp_path / "none", as_of="2026-01-01") == {}


def test_wrong_figures_are_refused_by_line_and_remedy(tmp_path):
    (tmp_path / "forecast.csv").write_text(
        "valid_from,layer,fixed_seconds,seconds_per_mb,idle_seconds,memory_gb,source\nsoon,raw,long,1,-1,1,\n"
    )
    with pytest.raises(RegionError) as refusal:
        read_efforts(tmp_path, as_of="2026-01-01")
    for words in (
        "fixed_seconds is not a number",
        "idle_seconds is not",
        "valid_from is not a date",
        "source is empty",
    ):
        assert f"line 2: {words}" in str(refusal.value)


def test_the_demo_region_has_figures_for_the_layers_that_a_night_makes():
    layers = {"raw", "staging", "identity", "linkage", "linked", "tiers", "shares", "published", "economics"}
    assert set(read_efforts(REPOSITORY / "region" / "costs", as_of="2026-06-02")) == layers
    assert Decimal(0) < RATES["memory"].unit_price_gbp

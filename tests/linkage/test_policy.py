"""The dated linkage policy."""

from datetime import date
from pathlib import Path

import pytest

from linkage.policy import SETTINGS, read_policy
from settings.errors import RegionError
from tests.linkage.identity_store import POLICIES

TODAY = date(2026, 6, 1)


def test_the_region_states_every_setting_with_its_source() -> None:
    policy = read_policy(POLICIES, as_of=TODAY)
    assert policy.match_threshold in policy.thresholds
    assert list(policy.thresholds) == sorted(policy.thresholds)
    lines = (POLICIES / "linkage.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert all(line.rsplit(",", 1)[1].strip('"') for line in lines)


def test_the_latest_row_by_the_date_is_in_force(tmp_path: Path) -> None:
    path = tmp_path / "linkage.csv"
    text = (POLICIES / "linkage.csv").read_text(encoding="utf-8")
    path.write_text(text + "2026-01-01,communal_people,30,a\n2026-07-01,communal_people,40,b\n", encoding="utf-8")
    for day, expected in (("2025-12-31", 20), ("2026-01-01", 30), ("2026-06-30", 30), ("2026-07-01", 40)):
        assert read_policy(path, as_of=date.fromisoformat(day)).communal_people == expected


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "linkage.csv"
    path.write_text(
        "valid_from,setting,value,source\n2020-01-01,match_threshold,1.5,x\n2020-01-01,seed,-1,x\n"
        "soon,pair_floor,0.1,x\n2020-01-01,magic,1,x\n",
        encoding="utf-8",
    )
    with pytest.raises(RegionError) as refusal:
        read_policy(path, as_of=TODAY)
    text = str(refusal.value)
    assert "line 2: 'match_threshold' is not between 0 and 1" in text
    assert "line 3: 'seed' is not a whole number" in text
    assert "line 4: valid_from is not a date" in text
    assert "line 5: no setting 'magic'" in text
    assert sum(f"'{name}' has no value" in text for name in SETTINGS) == len(SETTINGS) - 2

"""Settings by name and date: what is missing is told, unless it came after the region was written."""

from pathlib import Path

import pytest

from settings.dated_settings import read_settings
from settings.errors import RegionError


def _table(folder: Path, *lines: str) -> Path:
    path = folder / "some.csv"
    path.write_text("\n".join(("valid_from,setting,value,source", *lines)) + "\n", encoding="utf-8")
    return path


def test_a_missing_setting_is_told_and_one_that_is_off_when_missing_is_off(tmp_path: Path) -> None:
    path = _table(tmp_path, "2020-01-01,one,1,x")
    with pytest.raises(RegionError) as told:
        read_settings(path, ("one", "two"), lambda _, text: int(text), as_of="2026-01-01")
    assert any("'two' has no value on 2026-01-01" in line for line in told.value.problems)
    found = read_settings(path, ("one", "two"), lambda _, text: int(text), as_of="2026-01-01", off={"two": 0})
    assert found == {"one": 1, "two": 0}


def test_a_line_goes_before_what_is_off(tmp_path: Path) -> None:
    path = _table(tmp_path, "2020-01-01,one,1,x", "2021-01-01,two,5,x")
    found = read_settings(path, ("one", "two"), lambda _, text: int(text), as_of="2026-01-01", off={"two": 0})
    assert found == {"one": 1, "two": 5}

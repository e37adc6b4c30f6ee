"""The same arguments give the same bytes, and later nights never change earlier ones."""

import hashlib
from pathlib import Path

import pytest

from demo.write import write_demo
from settings.paths import Home
from tests.demo.fenshire import NIGHTS, region


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_runs_with_one_seed_give_the_same_bytes_in_every_file():
    summary = region()[1]
    first, second = (digests(region(copy=copy)[0].root) for copy in (0, 1))
    assert summary.files > 11
    assert len(first) == summary.files + 5 + 2 + 2  # geography, truth, opt-outs
    assert first == second


def test_another_seed_gives_other_files_but_the_same_names():
    first, second = (digests(region(seed=seed, nights=1)[0].root) for seed in (1, 2))
    assert first.keys() == second.keys()
    same = [name for name in first if first[name] == second[name]]
    assert same == ["landing/geography/districts.csv"]


def test_more_nights_leave_the_files_of_earlier_nights_as_they_were():
    short, long = (digests(region(nights=nights)[0].landing) for nights in (1, NIGHTS))
    assert len(short) == 11 + 5 + 2
    assert len(long) > len(short)
    assert {name: long[name] for name in short} == short


@pytest.mark.parametrize("wrong", [{"people": 10}, {"nights": 0}, {"inequality": 2.0}])
def test_arguments_out_of_range_are_refused_before_anything_is_written(tmp_path: Path, wrong: dict):
    with pytest.raises(ValueError, match="at least"):
        write_demo(Home(tmp_path), **wrong)
    assert not list(tmp_path.iterdir())

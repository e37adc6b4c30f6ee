"""The shape of the persons, counted by hand."""

from pathlib import Path

import pytest

from linkage.evaluation.diagnostics import measure_persons
from linkage.evaluation.placed_pairs import place_pairs
from linkage.store import open_work
from settings.paths import Home
from tests.linkage.judged_store import write_judged

PERSONS = {"a1": "P1", "b1": "P1", "c1": "P1", "d1": "P1", "a2": "P2", "a3": "P3", "b3": "P3"}
PAIRS = {("a1", "b1"): 0.99, ("c1", "d1"): 0.99, ("a1", "c1"): 0.9, ("a3", "b3"): 0.99, ("b1", "d1"): 0.5}


@pytest.fixture
def measured(tmp_path: Path) -> dict[tuple[str, str], tuple[float, float | None]]:
    home = Home(tmp_path)
    write_judged(home, PERSONS, PAIRS, sex={"a1": "F", "b1": "M", "a3": "F", "b3": "F"}, upn={"a1": "A1", "a2": "A2"})
    with open_work(home, read_only=True) as work:
        place_pairs(work)
        measure_persons(work, threshold=0.8)
        return {(metric, part): (value, base) for metric, part, value, base in work.execute("from measure").fetchall()}


Measured = dict[tuple[str, str], tuple[float, float | None]]


def test_totals_and_sizes(measured: Measured) -> None:
    assert measured["records", ""][0] == 7 and measured["persons", ""][0] == 3
    assert measured["persons_of_size", "4"] == (pytest.approx(1 / 3, abs=1e-6), 3)


def test_density_counts_kept_pairs_and_bridges_count_edges_at_the_threshold(measured: Measured) -> None:
    assert measured["mean_density", ""][0] == pytest.approx(4 / 6, abs=1e-6)
    assert measured["persons_of_density", "60-80%"] == (1.0, 1)
    assert measured["persons_with_a_bridge", ""] == (1.0, 1)
    assert measured["persons_held_by_one_pair", ""] == (1.0, 1)  # a1-c1 holds two records on either side


def test_links_between_data_sets_are_shares_of_the_smaller(measured: Measured) -> None:
    assert measured["persons_in_both", "a and b"] == (1.0, 2)
    assert measured["persons_in_both", "a and c"] == (1.0, 1)
    assert ("persons_in_both", "a and a") not in measured


def test_conflicts_are_counted_where_two_records_tell(measured: Measured) -> None:
    assert measured["persons_with_two", "sex"] == (0.5, 2)
    assert ("persons_with_two", "upn") not in measured  # nobody is told a number twice

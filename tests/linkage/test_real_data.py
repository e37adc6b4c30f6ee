"""Linkage quality on published benchmarks, through `mvld link`'s function, with one configuration for all of them."""

from pathlib import Path

import pytest

from bench.linkage_quality import BENCHMARKS, Benchmark, ours, with_truth
from linkage.files.file_columns import Wanted
from tests.shared_data import SHARED

LINKAGE = SHARED / "linkage"
pytestmark = pytest.mark.real_data
FAKE = Benchmark(("fake_1000.csv",), "cluster", Wanted({}, ("city",), None, "truth"), BENCHMARKS["FEBRL3"].splink)


@pytest.mark.parametrize(
    ("benchmark", "least_f1", "least_precision"),
    [
        pytest.param(BENCHMARKS["FEBRL1"], 0.99, 0.999, id="FEBRL1"),
        pytest.param(BENCHMARKS["FEBRL3"], 0.99, 0.999, id="FEBRL3"),
        pytest.param(BENCHMARKS["FEBRL4"], 0.999, 0.999, id="FEBRL4"),
        pytest.param(BENCHMARKS["historical half"], 0.92, 0.96, id="historical half"),
        pytest.param(FAKE, 0.75, 0.97, id="fake 1000"),
    ],
)
def test_one_configuration_links_every_benchmark(
    tmp_path: Path, benchmark: Benchmark, least_f1: float, least_precision: float
) -> None:
    files = [with_truth(LINKAGE / file, benchmark.truth, tmp_path) for file in benchmark.files]
    quality = ours(files, benchmark.wanted, tmp_path)
    assert quality.pair_f1 > least_f1
    assert quality.pair_precision > least_precision

"""Ten small towns whose makers know what each data set is worth: valuation finds it, and refuses what is noise.

The demo region's ten seeds take longer: `python -m bench.recovered_truth`.
"""

from pathlib import Path

import numpy as np
import pytest

from bench.recovered_truth import Found, compare
from settings.paths import Home
from tests.valuation import small_town as town
from valuation.units import open_valuation
from valuation.valuer import Valuer, open_valuer

SEEDS = range(1, 11)
AT_RISK, OTHERS = 0.55, 0.04  # chance of trouble in a year, as the town draws it


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Found]:
    return [line for seed in SEEDS for line in _town(tmp_path_factory.mktemp(f"town{seed}"), seed)]


def _town(folder: Path, seed: int) -> list[Found]:
    home = Home(folder)
    release = town.build(home, people=1000, seed=seed)
    with open_valuation(home, release=release) as work:
        valuer = open_valuer(work, town.action(), home, town.contracts(), town.policy())
        assert isinstance(valuer, Valuer)
        at_risk = work.execute("""
            select bool_or(status = 'current') as is_at_risk from unit
            join release.tiers.person_known_to using (person_id) where dataset = 'clinic'
            group by unit_no order by unit_no""").fetchnumpy()["is_at_risk"]
    return compare(valuer, np.where(np.asarray(at_risk), AT_RISK, OTHERS), seed=seed)


def of(found: list[Found], dataset: str) -> list[Found]:
    return [line for line in found if line.dataset == dataset]


def test_in_truth_noise_is_worth_nothing_beside_the_clinic(found: list[Found]):
    assert np.mean([line.true_gbp for line in of(found, "clinic")]) > 20_000
    assert max(abs(line.true_gbp) for line in of(found, "noise")) < 2_000


def test_the_data_set_that_carries_the_signal_is_found_in_every_town(found: list[Found]):
    for seed in SEEDS:
        best = max((line for line in found if line.seed == seed), key=lambda line: line.shapley_gbp)
        assert best.dataset == "clinic"
        assert best.marginal_low_gbp > 0


def test_valued_from_drawn_outcomes_it_is_worth_about_what_it_is_in_truth(found: list[Found]):
    clinic = of(found, "clinic")
    valued, true = (np.mean([getattr(line, name) for line in clinic]) for name in ("shapley_gbp", "true_gbp"))
    assert valued == pytest.approx(true, rel=0.1)


def test_noise_is_refused_as_often_as_an_interval_from_the_tenth_percentile_should(found: list[Found]):
    taken = sum(line.marginal_low_gbp > 0 for line in of(found, "noise"))
    assert taken <= 3  # of ten; one is expected
    assert abs(np.mean([line.shapley_gbp for line in of(found, "noise")])) < 1_500

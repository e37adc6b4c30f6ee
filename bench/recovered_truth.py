"""`python -m bench.recovered_truth`: does valuation rank data sets as the generator's truth does, and refuse noise?

The demo draws what comes of people from chances that it knows. The truth about a data set is its Shapley value when
models are fitted on these chances and judged by them, in the mean of all seeds. What is tested is its Shapley value
from the drawn outcomes of one seed, as valuation has it. Both in full at the finest level, no linkage error, beside
a data set of noise.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sklearn import config_context
from sklearn.linear_model import LogisticRegression

from bench.noise import NOISE, region_with_noise
from bench.recovered_tables import Found, tables_of
from bench.true_region import AS_OF, home_of, make_region, prepare
from demo.outcomes import yearly_chances
from demo.people import build_world
from demo.truth import person_ids
from ingestion.contract import Contract
from ingestion.contract_reader import read_contracts
from settings.files import write_json
from settings.paths import Home
from valuation import targeting
from valuation.action_reader import read_actions
from valuation.actions import Action
from valuation.data_worth import Choice, choices_of, share_worth
from valuation.outcomes import Outcomes
from valuation.perfect_linkage import open_perfect
from valuation.policy import ValuationPolicy, read_policy
from valuation.valuer import Valuer, open_valuer

Vector = NDArray[np.float64]
FINEST = ("person", "household", "ward")  # of persons, premises and wards; the perfect record needs no others


@click.command()
@click.option("--seeds", default=10, show_default=True, type=click.IntRange(1))
@click.option("--people", default=20_000, show_default=True, type=click.IntRange(2_000))
@click.option("--inequality", default=0.5, show_default=True, type=click.FloatRange(0, 1))
@click.option("--first-seed", default=1, show_default=True, type=click.IntRange(1))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write every figure, as JSON.")
def main(seeds: int, people: int, inequality: float, first_seed: int, output: Path | None) -> None:
    """Value every action on `seeds` made-up regions beside the truth that made them."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="mvld-truth-") as name:
        folder = Path(name).resolve()
        region = region_with_noise(folder / "region")
        contracts = read_contracts(region.contracts)
        policy = read_policy(region.policies, as_of=AS_OF)
        actions = {name: with_noise(action) for name, action in read_actions(region, contracts).items()}
        prepare(folder, region)
        found: list[Found] = []
        for seed in range(first_seed, first_seed + seeds):
            warehouse = make_region(folder, region, people=people, seed=seed, inequality=inequality)
            chances = true_chances(people=people, seed=seed, inequality=inequality)
            for action in actions.values():
                found += judge_action(home_of(folder), warehouse, action, contracts, policy, chances, seed=seed)
            console.print(f"seed {seed}: {len(actions)} actions valued")
    if output:
        write_json(output, [asdict(item) for item in found])
    for table in tables_of(found):
        console.print(table)


def with_noise(action: Action) -> Action:
    """The action with one candidate more."""
    return replace(action, candidates=(*action.candidates, NOISE))


def true_chances(*, people: int, seed: int, inequality: float) -> Mapping[str, Any]:
    """By outcome, and under `person_id` the people's ids: each person's chance in a year."""
    world = build_world(people=people, seed=seed, nights=1, inequality=inequality, start_date=AS_OF)
    return {"person_id": person_ids(np.arange(world.size)), **yearly_chances(world)}


def judge_action(
    home: Home,
    warehouse: Path,
    action: Action,
    contracts: Mapping[str, Contract],
    policy: ValuationPolicy,
    chances: Mapping[str, Any],
    *,
    seed: int,
) -> list[Found]:
    """Every candidate of the action, as valued from drawn outcomes and in truth; none where nobody has the outcome."""
    rule = replace(policy, max_shapley_data_sets=len(action.candidates))
    with open_perfect(home, warehouse, release=warehouse.parent) as work:
        valuer = open_valuer(work, action, home, contracts, rule, levels=FINEST)
        if isinstance(valuer, str):
            return []
        chance = unit_chances(work, action, chances)
    return compare(valuer, chance, seed=seed)


def compare(valuer: Valuer, chance: Vector, *, seed: int) -> list[Found]:
    """Every candidate as the valuer's drawn outcomes value it and in truth. chance: of the outcome, per unit.

    The valuer's judge is left with the truth.
    """
    action = valuer.action
    there = sorted(action.candidates)
    choices = choices_of(there, max_shapley=len(there))
    drawn = {choice: valuer.judge.worth(columns_of(valuer, choice)) for choice in choices}
    valuer.judge.fit = fit_chances
    valuer.judge.outcomes = Outcomes(chance, chance)
    true = {choice: true_worth(valuer, choice) for choice in choices}
    limit = len(there)
    parts = share_worth({choice: worth.net_value_gbp for choice, worth in drawn.items()}, there, max_shapley=limit)
    spread = share_worth({choice: worth.resampled_gbp for choice, worth in drawn.items()}, there, max_shapley=limit)
    truth = share_worth(true, there, max_shapley=limit)
    return [
        Found(
            action=action.id,
            seed=seed,
            dataset=part.dataset,
            shapley_gbp=float(part.shapley_gbp or 0.0),
            shapley_low_gbp=valuer.judge.interval(np.asarray(resampled.shapley_gbp))[0],
            marginal_low_gbp=valuer.judge.interval(resampled.marginal_gbp)[0],
            true_gbp=float(sure.shapley_gbp or 0.0),
        )
        for part, resampled, sure in zip(parts, spread, truth, strict=True)
    ]


def columns_of(valuer: Valuer, choice: Choice) -> dict[str, NDArray[np.int64]]:
    """Own data, and the choice in full at the finest level of each data set."""
    columns = valuer.own_columns()
    for dataset in sorted(choice):
        columns = valuer.with_data(columns, {dataset}, valuer.finest(dataset), "full")
    return columns


def true_worth(valuer: Valuer, choice: Choice) -> float:
    """Expected pounds of reaching the best by a model that was told the chances of other units."""
    judge = valuer.judge
    ranking = targeting.rank(judge.score(columns_of(valuer, choice)), judge.outcomes.judged)
    return float(targeting.value_at(ranking, judge.capacity, **judge.money))


def fit_chances(
    scaled: NDArray[np.float64], chance: Vector, *, ridge: Vector, tolerance: float, max_steps: int
) -> Vector:
    """As `logistic.fit`, of chances: each unit counts in part as one that has the outcome, in part not."""
    size = 1 / np.sqrt(ridge)
    model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=tolerance, max_iter=max_steps)
    twice = np.vstack([scaled, scaled]) * size
    outcome = np.repeat([1.0, 0.0], len(scaled))
    with config_context(assume_finite=True):
        model.fit(twice, outcome, sample_weight=np.r_[chance, 1 - chance])
    return np.r_[model.intercept_, model.coef_[0] * size]


def unit_chances(work: Any, action: Action, chances: Mapping[str, Any]) -> Vector:
    """Per unit of the temporary table `unit`, the chance that the outcome comes to it or to one of its members."""
    import pyarrow as pa

    work.register("chances", pa.table({"person_id": chances["person_id"], "chance": chances[action.outcome.name]}))
    key = f"{action.unit}_id"
    found = work.execute(
        f"""with together as (
            select {key}, 1 - product(1 - chance) as chance
            from warehouse.linked.person join chances using (person_id) where {key} is not null group by 1
        )
        select coalesce(chance, 0)::double as chance from unit left join together using ({key}) order by unit_no"""
    ).fetchnumpy()["chance"]
    return np.clip(np.asarray(np.ma.filled(found, 0.0), dtype=np.float64), 0.0, 1.0)


if __name__ == "__main__":
    main()

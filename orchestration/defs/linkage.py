"""Assets of layer `linkage`: the model, scored pairs, clusters, persons with ids, households."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from orchestration.night import Night
from settings import duck

Work = Callable[[Night], dict[str, Any]]


def linkage_asset(name: str, deps: list[list[str]], description: str, work: Work) -> dg.AssetsDefinition:
    """The model or one linkage table. `work` writes it, or skips it where nothing changed; returns counts to show."""

    @dg.asset(
        key=["linkage", name],
        deps=[dg.AssetKey(path) for path in deps],
        group_name="linkage",
        kinds={"splink" if name in ("model", "pairs") else "duckdb"},
        owners=["team:linkage"],
        description=description,
    )
    def make(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
        with night.step(context) as step:
            outcome = work(night)
            rows = outcome["versions"] if name == "model" else _rows(night, name)
            yield step.result(rows=rows, skipped=bool(outcome.pop("skipped")), metadata=outcome)

    return make


def _rows(night: Night, name: str) -> int:
    with duck.connect(night.home.identity_db, read_only=True) as connection:
        rows: int = connection.sql(f"select count(*) from linkage.{duck.identifier(name)}").fetchone()[0]
    return rows


def _model(night: Night) -> dict[str, Any]:
    from linkage import run

    return run.keep_model(night.home, policies=night.region.policies, as_of=night.date).as_metadata()


def _pairs(night: Night) -> dict[str, Any]:
    from linkage import run

    return run.score_pairs(night.home, policies=night.region.policies, as_of=night.date).as_metadata()


def _clusters(night: Night) -> dict[str, Any]:
    from linkage import run

    return run.make_clusters(night.home, policies=night.region.policies, as_of=night.date).as_metadata()


def _persons(night: Night) -> dict[str, Any]:
    from linkage import run
    from linkage.evaluation import evaluate

    counts = run.assign_persons(night.home, policies=night.region.policies, as_of=night.date).as_metadata()
    quality = evaluate.evaluate(night.home)
    return counts | (quality.as_metadata() if quality else {})


def _households(night: Night) -> dict[str, Any]:
    from linkage import run

    return run.place_households(night.home, policies=night.region.policies, as_of=night.date).as_metadata()


@dg.definitions
def defs() -> dg.Definitions:
    """The model, three steps with three tables, and the households that persons live in."""
    return dg.Definitions(
        assets=[
            linkage_asset(
                "model",
                [["identity", "person_records"]],
                "The trained model in use. Trained on the first night; after that by `mvld model train` and `adopt`. "
                "Grain: one version.",
                _model,
            ),
            linkage_asset(
                "pairs",
                [["linkage", "model"], ["identity", "person_records"]],
                "Scored pairs of records, with the weight and the reason of each. Grain: one pair.",
                _pairs,
            ),
            linkage_asset(
                "clusters",
                [["linkage", "pairs"], ["identity", "person_records"]],
                "Records that belong together, at several thresholds. Grain: one record and threshold.",
                _clusters,
            ),
            linkage_asset(
                "persons",
                [["linkage", "clusters"]],
                "Each record's person, under an opaque id. Where the truth is known, quality is shown.",
                _persons,
            ),
            linkage_asset(
                "households",
                [
                    ["linkage", "persons"],
                    ["rights", "opted_out"],
                    ["identity", "person_records"],
                    ["geography", "lookups"],
                ],
                "Each person's current residence and household; communal establishments apart. Grain: one person.",
                _households,
            ),
        ]
    )

"""A run's events follow what Dagster does: steps that work, fail, are tried again, or never come to their work."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pydantic import PrivateAttr

from lineage.facts import Cost, Result, Source
from orchestration.run_lineage import RunLineage, StepLineage, telling
from orchestration.step_facts import shown_columns
from settings.errors import UserError
from settings.paths import Home
from tests.lineage.specification import faults

Work = Callable[[dg.AssetExecutionContext, StepLineage], None]


class Telling(dg.ConfigurableResource):
    """What a night's resource does for lineage, and nothing else."""

    folder: str
    _whole: RunLineage = PrivateAttr()

    @property
    def whole(self) -> RunLineage:
        return self._whole

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Telling"]:
        assert context.run and context.instance
        with telling(
            Home(Path(self.folder)), {}, region="fenshire", run=context.run, instance=context.instance
        ) as self._whole:
            self._whole.begin("2026-06-01")
            yield self


def _asset(name: str, work: Work, deps: list[str]) -> dg.AssetsDefinition:
    @dg.asset(name=name, key_prefix="tiers", deps=[dg.AssetKey(["tiers", dep]) for dep in deps])
    def make(context: dg.AssetExecutionContext, night: Telling) -> None:
        with night.whole.step(context) as told:
            work(context, told)

    return make


def _costing(pounds: str) -> Work:
    def work(context: dg.AssetExecutionContext, told: StepLineage) -> None:
        name = context.asset_key.to_user_string()
        cumulative = told.costs({name: Decimal(pounds)})
        told.completed([Result(told.steps[name], 1, 0, Cost(Decimal(pounds), cumulative[name]), False)])

    return work


def _failing(error: Exception) -> Work:
    def work(_context: dg.AssetExecutionContext, _told: StepLineage) -> None:
        raise error

    return work


def _run(tmp_path: Path, works: list[tuple[str, Work, list[str]]]) -> list[dict[str, Any]]:
    assets = [_asset(name, work, deps) for name, work, deps in works]
    with dg.instance_for_test() as instance:
        dg.materialize(
            assets, resources={"night": Telling(folder=str(tmp_path))}, instance=instance, raise_on_error=False
        )
    (path,) = Home(tmp_path).lineage.glob("*.jsonl")
    assert not path.name.endswith(".open.jsonl")
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert [fault for event in told for fault in faults(event)] == []
    return told


def _ends(told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(event["job"]["name"], event["eventType"]) for event in told if event["eventType"] != "START"]


def _message(told: list[dict[str, Any]], job: str) -> str:
    (message,) = [
        event["run"]["facets"]["errorMessage"]["message"]
        for event in told
        if event["job"]["name"] == job and event["eventType"] == "FAIL"
    ]
    return str(message)


def test_own_and_cumulative_cost_go_down_the_graph(tmp_path: Path) -> None:
    told = _run(
        tmp_path,
        [("a", _costing("1"), []), ("b", _costing("2"), ["a"]), ("c", _costing("4"), ["a", "b"])],
    )
    costs = {
        event["job"]["name"]: event["run"]["facets"]["mvld_cost"]["cumulativeCost"]
        for event in told
        if event["eventType"] == "COMPLETE"
    }
    assert [costs[name] for name in ("tiers.a", "tiers.b", "tiers.c")] == [1, 3, 7]
    assert told[-1]["eventType"] == "COMPLETE"
    assert told[-1]["run"]["facets"]["mvld_cost"]["ownCost"] == 7


def test_a_failed_step_fails_the_run_and_what_stands_on_it_is_not_told(tmp_path: Path) -> None:
    error = UserError("The policy is wrong", ["policies/disclosure.csv line 3: no threshold"])
    told = _run(tmp_path, [("a", _failing(error), []), ("b", _costing("2"), ["a"])])
    assert [end[1] for end in _ends(told)] == ["FAIL", "FAIL"]
    assert _message(told, "tiers.a").startswith("UserError: The policy is wrong")
    assert "tiers__a" in told[-1]["run"]["facets"]["errorMessage"]["message"]


@pytest.mark.parametrize("error", [ValueError("NHS 9434765919"), OSError("cannot convert 'Rose Smith'")])
def test_the_words_of_an_error_that_is_not_ours_are_not_told(tmp_path: Path, error: Exception) -> None:
    told = _run(tmp_path, [("a", _failing(error), [])])
    assert _message(told, "tiers.a") == type(error).__name__
    assert not [event for event in told if "9434765919" in json.dumps(event) or "Rose" in json.dumps(event)]


def test_a_retry_is_a_run_of_its_own(tmp_path: Path) -> None:
    def work(context: dg.AssetExecutionContext, told: StepLineage) -> None:
        if context.retry_number == 0:
            raise dg.RetryRequested(max_retries=1)
        _costing("1")(context, told)

    told = _run(tmp_path, [("a", work, [])])
    assert [end for end in _ends(told) if end[0] == "tiers.a"] == [("tiers.a", "FAIL"), ("tiers.a", "COMPLETE")]
    assert told[-1]["eventType"] == "COMPLETE"
    ids = {event["run"]["runId"] for event in told if event["job"]["name"] == "tiers.a"}
    assert len(ids) == 2


def test_a_step_that_is_stopped_from_outside_is_aborted(tmp_path: Path) -> None:
    def work(_context: dg.AssetExecutionContext, _told: StepLineage) -> None:
        raise dg.DagsterExecutionInterruptedError

    told = _run(tmp_path, [("a", work, [])])
    assert _ends(told) == [("tiers.a", "ABORT"), ("ephemeral_asset_job", "ABORT")]


def test_the_ui_is_given_the_columns_that_a_column_is_made_from() -> None:
    found = shown_columns(
        {"rag": (Source("linked/place", "rag", "IDENTITY"), Source("linked/record", "rag", "IDENTITY"))}
    )
    lineage = found["dagster/column_lineage"].value
    assert lineage.deps_by_column["rag"] == [
        dg.TableColumnDep(dg.AssetKey(["linked", "place"]), "rag"),
        dg.TableColumnDep(dg.AssetKey(["linked", "record"]), "rag"),
    ]
    assert shown_columns({}) == {}

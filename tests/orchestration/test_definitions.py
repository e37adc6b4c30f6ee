"""The graph that Dagster sees, loaded as Dagster loads it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings.paths import REPOSITORY
from sharing.tiers import TIERS

LISTING = """
import json
from orchestration.definitions import defs
loaded = defs()
graph = loaded.resolve_asset_graph()
print(json.dumps({
    "assets": {key.to_user_string(): graph.get(key).group_name for key in graph.materializable_asset_keys},
    "owned": [key.to_user_string() for key in graph.materializable_asset_keys if graph.get(key).owners],
    "described": [key.to_user_string() for key in graph.materializable_asset_keys if graph.get(key).description],
    "checks": len(graph.asset_check_keys),
    "jobs": [job.name for job in loaded.jobs],
    "schedules": {item.name: [item.cron_schedule, item.execution_timezone] for item in loaded.schedules},
    "sensors": [item.name for item in loaded.sensors],
}))
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-c", LISTING],
        env={**os.environ, "MVLD_HOME": str(home), "MVLD_REGION": str(REPOSITORY / "region")},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_asset_of_the_design_is_there_under_its_layer(graph: dict[str, dict[str, str]]) -> None:
    datasets = [path.name.split(".")[0] for path in Path(REPOSITORY / "region" / "contracts").glob("*.odcs.yaml")]
    expected = (
        {f"raw/{name}" for name in datasets}
        | {f"staging/stg_{name}" for name in datasets}
        | {"geography/lookups", "identity/person_records"}
        | {f"linkage/{name}" for name in ("model", "pairs", "clusters", "persons", "households")}
        | {f"linked/{name}" for name in ("dataset", "person", "household", "place", "record", "measure")}
        | {f"tiers/{name}" for name in TIERS}
        | {f"shares/{path.stem}" for path in Path(REPOSITORY / "region" / "user_groups").glob("*.yaml")}
        | {"published/release", "published/evidence"}
        | {f"economics/{name}" for name in ("asset_lineage", "cost_entry", "report")}
        | {f"economics/{name}" for name in ("action_value", "value_curve", "capacity_value", "dataset_value")}
        | {f"economics/{name}" for name in ("linkage_value", "level_reach", "assumption")}
        | {f"economics/{name}" for name in ("blueprint", "blueprint_year", "blueprint_party", "blueprint_summary")}
        | {f"economics/{name}" for name in ("blueprint_party_year", "mvld", "business_case")}
        | {f"economics/{name}" for name in ("asset_cost", "tier_cost", "dataset_cost", "cell_cost", "run_forecast")}
    )
    assert expected <= set(graph["assets"])
    assert all(key.startswith(f"{group}/") for key, group in graph["assets"].items())


def test_every_asset_has_an_owner_or_is_a_lookup_and_a_description(graph: dict[str, dict[str, str]]) -> None:
    assert set(graph["assets"]) - set(graph["owned"]) <= {"geography/lookups"}
    assert set(graph["assets"]) == set(graph["described"])


def test_the_job_its_schedule_and_its_sensor_are_there(graph: dict[str, dict[str, str]]) -> None:
    assert "nightly" in graph["jobs"]
    assert graph["schedules"] == {"every_night_at_two": ["0 2 * * *", "Europe/London"]}
    assert graph["sensors"] == ["landing_folder"]
    assert int(str(graph["checks"])) > 150


def test_names_in_the_workspace_and_the_project_agree() -> None:
    import tomllib

    import yaml

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    (entry,) = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text())["load_from"]
    assert entry["python_module"]["location_name"] == project["code_location_name"]


@pytest.mark.parametrize("package", ["ingestion", "quality", "linkage", "sharing", "valuation", "demo", "settings"])
def test_only_orchestration_imports_dagster(package: str) -> None:
    for path in (REPOSITORY / package).rglob("*.py"):
        assert "import dagster" not in path.read_text(), path.name


def test_the_pipeline_never_imports_the_demo() -> None:
    for package in ("ingestion", "quality", "linkage", "sharing", "valuation", "settings", "orchestration/defs"):
        for path in (REPOSITORY / package).rglob("*.py"):
            assert "from demo" not in path.read_text(), path.name

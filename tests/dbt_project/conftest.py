"""One build of the whole dbt project on the small region, shared by every test of this folder."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion.generate import DBT_PROJECT, dbt_environment, generate
from settings.paths import Home, Region
from tests.dbt_project.small_region import AS_OF, fill_home, make_region


@dataclass(frozen=True)
class Build:
    """The small region after `dbt build`, and the means to call dbt on it again."""

    region: Region
    home: Home
    output: str

    def dbt(self, *arguments: str, as_of: str = AS_OF) -> subprocess.CompletedProcess[str]:
        """Run dbt with its unit tests included."""
        environment = {**os.environ, **dbt_environment(self.region, self.home, as_of=as_of)}
        del environment["DBT_EXCLUDE_RESOURCE_TYPES"]
        return subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", *arguments],
            cwd=DBT_PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root: Path = tmp_path_factory.mktemp("dbt")
    build = Build(make_region(root / "region"), Home(root / "home"), "")
    generate(build.region, build.home)
    fill_home(build.region, build.home)
    finished = build.dbt("build")
    assert finished.returncode == 0, finished.stdout[-4000:]
    return Build(build.region, build.home, finished.stdout)


@pytest.fixture(scope="session")
def warehouse(built: Build):
    """Rows of the warehouse: `warehouse("select ...")`."""
    connection = duckdb.connect(str(built.home.warehouse_db), read_only=True)
    yield lambda query: connection.execute(query).fetchall()
    connection.close()


@pytest.fixture(scope="session")
def identity(built: Build):
    """Rows of the identity store."""
    connection = duckdb.connect(str(built.home.identity_db), read_only=True)
    yield lambda query: connection.execute(query).fetchall()
    connection.close()

"""Drive whole nights as a user does: the `mvld` command in its own process, on a home of the test's own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from settings.paths import REPOSITORY, Home

MVLD = [sys.executable, "-m", "orchestration.command"]
REGION = REPOSITORY / "region"


@dataclass(frozen=True)
class Installation:
    """A home and a region to run nights on."""

    home: Home
    region: Path = REGION

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "MVLD_HOME": str(self.home.root), "MVLD_REGION": str(self.region), "COLUMNS": "200"}

    def mvld(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*MVLD, *arguments], env=self.environment, cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
        if check:
            assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*MVLD, *arguments],
            env=self.environment,
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @property
    def release(self) -> Path:
        return self.home.current / "linked.duckdb"

    def published(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.release), read_only=True) as connection:
            return connection.sql(query).fetchall()

    def warehouse(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.warehouse_db), read_only=True) as connection:
            return connection.sql(query).fetchall()

    def identity(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.identity_db), read_only=True) as connection:
            return connection.sql(query).fetchall()

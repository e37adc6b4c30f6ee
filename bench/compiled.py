"""dbt's models as plain SQL, so that the bare side runs the same queries without dbt. Not part of what is timed."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from ingestion.generate import DBT_PROJECT, dbt_environment
from settings.dbt_models import Node, Query, queries_in_order
from settings.errors import UserError
from settings.files import write_json
from settings.paths import Home, Region


def compile_queries(home: Home, region: Region, *, as_of: str, geography: Path, path: Path) -> None:
    """Write all models of the product's run to `path`, each after those that it reads.

    geography: the folder of place lookups that the compiled SQL shall read. Raises UserError where dbt fails.
    """
    target = path.parent / "target"
    environment = dbt_environment(region, home, as_of=as_of) | {
        "MVLD_GEOGRAPHY": str(geography),
        "DBT_TARGET_PATH": str(target),
    }
    finished = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile", "--project-dir", str(DBT_PROJECT)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise UserError("dbt cannot compile the project", finished.stdout.strip().splitlines()[-20:])
    queries = queries_in_order(
        target / "manifest.json", _sql, wanted=lambda node: node["config"]["materialized"] != "ephemeral"
    )
    write_json(path, [asdict(query) for query in queries])


def read_queries(path: Path) -> list[Query]:
    """What `compile_queries` wrote."""
    return [Query(**fields) for fields in json.loads(path.read_text())]


def _sql(node: Node) -> str:
    """The model's select. A model in Python chooses what else to withhold: the bare side withholds nothing."""
    if node["language"] == "sql":
        return str(node["compiled_code"])
    return f"select {', '.join(f'null::varchar as {name}' for name in node['columns'])} where false"

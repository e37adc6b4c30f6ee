"""Contracts -> the generated half of the dbt project: sources, staging models and the list of data sets.

What decides the text is in `generate_staging.py` and `generate_facts.py`; this module writes it (only where it
changed, so that dbt's partial parsing holds) and says how dbt is called. No partner's file is read here.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import Contract
from ingestion.contract_reader import read_contracts
from ingestion.generate_facts import datasets_macro
from ingestion.generate_staging import clashes, source_properties, staging_model, staging_properties
from settings.duck import MEMORY_LIMIT
from settings.errors import RegionError
from settings.files import restricted_folder, write_atomically
from settings.paths import REPOSITORY, Home, Region

DBT_PROJECT = REPOSITORY / "dbt_project"


@dataclass(frozen=True)
class GenerateResult:
    """What was written: whether anything changed, a digest of the whole, and the folder."""

    changed: bool
    digest: str
    folder: Path


def generated_files(contracts: dict[str, Contract]) -> dict[str, str]:
    """Relative path -> text of every generated file. Equal contracts give equal text.

    Raises RegionError where a measure's column would collide with a staging column.
    """
    problems = [problem for contract in contracts.values() for problem in clashes(contract)]
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in the contracts", problems)
    ordered = [contracts[name] for name in sorted(contracts)]
    files = {
        "models/_raw.yml": source_properties(ordered),
        "macros/region_datasets.sql": datasets_macro(ordered),
    }
    for contract in ordered:
        files[f"models/staging/stg_{contract.dataset}.sql"] = staging_model(contract)
        files[f"models/staging/stg_{contract.dataset}.yml"] = staging_properties(contract)
    return files


def generate(region: Region, home: Home) -> GenerateResult:
    """Write the generated dbt files to `home.generated/dbt` and remove those of data sets that are gone.

    Makes the folders that dbt needs. Raises RegionError that lists every problem of every contract.
    """
    files = generated_files(read_contracts(region.contracts))
    folder = home.generated / "dbt"
    restricted_folder(home.identity)
    home.warehouse_db.parent.mkdir(parents=True, exist_ok=True)
    changed = False
    for name, text in files.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomically(path, text)
            changed = True
    for path in sorted(folder.rglob("*.*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
            changed = True
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    return GenerateResult(changed=changed, digest=digest.hexdigest(), folder=folder)


def dbt_environment(region: Region, home: Home, *, as_of: str) -> dict[str, str]:
    """Every environment variable that `dbt` needs, whoever calls it (Dagster, a test, a person).

    as_of: ISO date. It is read when a model runs, not when the project is parsed, so that a new night costs no
    new parse. dbt's unit tests are left out of the night; `make test` runs them.
    """
    return {
        "MVLD_AS_OF": as_of,
        "MVLD_DBT_GENERATED": os.path.relpath(home.generated / "dbt", DBT_PROJECT),
        "MVLD_GEOGRAPHY": str(home.geography),
        "MVLD_IDENTITY_DB": str(home.identity_db),
        "MVLD_MEMORY": os.environ.get("MVLD_MEMORY", MEMORY_LIMIT),
        "MVLD_POLICIES": str(region.policies),
        "MVLD_WAREHOUSE_DB": str(home.warehouse_db),
        "DBT_EXCLUDE_RESOURCE_TYPES": "unit_test",
        "DBT_LOG_PATH": str(home.generated / "logs"),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_PROJECT_DIR": str(DBT_PROJECT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_TARGET_PATH": str(home.generated / "target"),
        "DO_NOT_TRACK": "1",
    }

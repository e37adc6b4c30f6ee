"""What each stage's result depends on, as digests: equal digest, equal result, so the stage may be skipped.

Each stage adds its own inputs to the digest of the stage before it.
"""

from collections.abc import Iterable

from settings.files import read_json, sha256_of_files
from settings.fingerprints import digest_of, digest_of_code
from settings.paths import Home, Region


def of_raw(home: Home, datasets: Iterable[str]) -> str:
    """The snapshots that the raw views read, and the place lookups."""
    steps = [f"raw/{dataset}" for dataset in sorted(datasets)] + ["geography/lookups"]
    marks = {step: read_json(home.state / f"{step}.json") for step in steps}
    return digest_of({step: mark and mark["digest"] for step, mark in marks.items()})


def of_staging(home: Home, region: Region, datasets: Iterable[str], *, as_of: str) -> str:
    """Raw, the contracts (from which staging is generated), and the SQL of the dbt project."""
    contracts = sha256_of_files(list(region.contracts.glob("*.odcs.yaml")))
    return digest_of(of_raw(home, datasets), contracts, digest_of_code("dbt_project"), as_of)


def of_tiers(home: Home, region: Region, datasets: Iterable[str], *, as_of: str) -> str:
    """Staging, every policy, and the code that links and publishes: what the release holds, and so its version."""
    policies = sha256_of_files(list(region.policies.glob("*.csv")))
    return digest_of(
        of_staging(home, region, datasets, as_of=as_of), policies, digest_of_code("linkage"), digest_of_code("sharing")
    )


def stale_datasets(home: Home, datasets: Iterable[str]) -> list[str]:
    """The data sets whose newest extract was refused or set aside, so that an older one stands in."""
    marks = {dataset: read_json(home.state / f"raw/{dataset}.json") for dataset in sorted(datasets)}
    return [dataset for dataset, mark in marks.items() if mark and mark["outcome"]["is_stale"]]

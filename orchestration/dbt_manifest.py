"""dbt's manifest for this region: generated sources and staging models, parsed again only when something changed."""

import fcntl
from pathlib import Path

from ingestion.generate import dbt_environment, generate
from orchestration import dbt_process
from settings.errors import RegionError
from settings.files import write_atomically
from settings.fingerprints import digest_of, digest_of_code
from settings.paths import Home, Region

ANY_DATE = "2000-01-01"  # parsing reads no date


def prepared_manifest(region: Region, home: Home) -> Path:
    """The path of a manifest that fits the contracts and the project as they are now.

    Raises RegionError where the generated project does not parse.
    """
    home.generated.mkdir(parents=True, exist_ok=True)
    with (home.generated / "manifest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = generate(region, home)
        digest = digest_of(made.digest, digest_of_code("dbt_project"), str(region.root), str(home.root))
        stamp, manifest = home.generated / "manifest.digest", home.generated / "target" / "manifest.json"
        if not manifest.exists() or not stamp.exists() or stamp.read_text() != digest:
            _parse(region, home)
            write_atomically(stamp, digest)
    return manifest


def _parse(region: Region, home: Home) -> None:
    environment = dbt_environment(region, home, as_of=ANY_DATE)
    if not dbt_process.invoke(["parse"], environment=environment):
        raise RegionError(
            "dbt cannot read the project made from the contracts", [f"the reason is in {environment['DBT_LOG_PATH']}"]
        )

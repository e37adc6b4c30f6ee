"""The folders of one installation: the region (what a user edits) and the home (what the pipeline writes).

Only places belong here: no file is read or written, and no layer's logic lives here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Region:
    """The folder a user edits (`MVLD_REGION`, default `region/`)."""

    root: Path

    @property
    def contracts(self) -> Path:
        return self.root / "contracts"

    @property
    def policies(self) -> Path:
        return self.root / "policies"

    @property
    def costs(self) -> Path:
        return self.root / "costs"

    @property
    def geography(self) -> Path:
        return self.root / "geography"


@dataclass(frozen=True)
class Home:
    """The data folder (`MVLD_HOME`, default `data/`). `identity` is the restricted part."""

    root: Path

    @property
    def landing(self) -> Path:
        """Where partners' files arrive, in a folder per partner."""
        return self.root / "landing"

    @property
    def truth(self) -> Path:
        """The demo's truth of who is who. Read by evaluation only."""
        return self.root / "truth"

    @property
    def identity(self) -> Path:
        """The restricted store: raw, staging, identity, linkage, quarantine. Mode 0700."""
        return self.root / "identity"

    @property
    def raw(self) -> Path:
        return self.identity / "raw"

    @property
    def quarantine(self) -> Path:
        return self.identity / "quarantine"

    @property
    def identity_db(self) -> Path:
        return self.identity / "identity_store.duckdb"

    @property
    def geography(self) -> Path:
        """Standard place lookups as Parquet: postcode, uprn, street, ward, district."""
        return self.root / "geography"

    @property
    def warehouse_db(self) -> Path:
        return self.root / "warehouse" / "warehouse.duckdb"

    @property
    def shares(self) -> Path:
        """User groups' shares as built, before a release puts them in force."""
        return self.root / "warehouse" / "shares"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        """Symlink to the release in force; switched atomically."""
        return self.published / "current"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def generated(self) -> Path:
        """What is generated from the contracts, and dbt's target and log: a database error there may quote a value."""
        return self.identity / "generated"

    @property
    def state(self) -> Path:
        """Fingerprints of finished work, so that unchanged work is skipped."""
        return self.root / "state"

    @property
    def lineage(self) -> Path:
        """OpenLineage events, a file a run."""
        return self.root / "lineage"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"


def region_from_environment() -> Region:
    """The region that `MVLD_REGION` names, or this repository's."""
    return Region(Path(os.environ.get("MVLD_REGION", REPOSITORY / "region")).resolve())


def home_from_environment() -> Home:
    """The home that `MVLD_HOME` names, or this repository's `data/`."""
    return Home(Path(os.environ.get("MVLD_HOME", REPOSITORY / "data")).resolve())

"""The region and the home that this process serves, read from the environment once.

Assets are made from the region's contracts, so both are known when the definitions load.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from ingestion.contract import Contract
from ingestion.contract_reader import read_contracts
from settings.files import READABLE_FOLDER_MODE, restricted_folder
from settings.paths import Home, Region, home_from_environment, region_from_environment

if TYPE_CHECKING:
    from sharing.governance import UserGroup


@lru_cache(maxsize=1)
def region() -> Region:
    """The region folder (`MVLD_REGION`)."""
    return region_from_environment()


@lru_cache(maxsize=1)
def home() -> Home:
    """The data folder (`MVLD_HOME`), with its restricted part closed to others."""
    found = home_from_environment()
    if not found.root.exists():
        found.root.mkdir(parents=True)
        found.root.chmod(READABLE_FOLDER_MODE)  # so that a group can be let in to what is published
    restricted_folder(found.identity)
    return found


@lru_cache(maxsize=1)
def contracts() -> dict[str, Contract]:
    """The region's contracts by data set."""
    return read_contracts(region().contracts)


@lru_cache(maxsize=1)
def user_groups() -> dict[str, "UserGroup"]:
    """The region's user groups by id: each has a share. Raises RegionError where the sharing files are wrong."""
    from sharing.governance_reader import read_governance  # pydantic takes its time, and most commands need none

    return read_governance(region()).groups

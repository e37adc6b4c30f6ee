"""On which release an action is valued: the one in force, or an earlier one where the outcome is told by records.

Records tell the outcome two windows after a release, so the release in force never has one. Which earlier releases are
kept is `sharing/kept_releases.py`.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from ingestion.contract import Contract
from settings import duck
from settings.errors import RegionError
from settings.paths import Home, Region
from sharing.kept_releases import dated_releases
from valuation.action_reader import read_actions
from valuation.actions import Action


def judged_release(home: Home, action: Action) -> Path | None:
    """The newest release that the outcome's records reach two windows beyond; None: the one in force."""
    records, days = action.outcome.records, action.outcome.window_days
    if action.outcome.source != "records" or records is None or not home.warehouse_db.exists():
        return None
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        (known_until,) = connection.execute(
            "select max(extract_date) from linked.dataset where dataset = ?", [records.dataset]
        ).fetchone()
    if known_until is None:
        return None
    latest = known_until - timedelta(days=2 * days)
    return next((path for day, path in reversed(dated_releases(home)) if day <= latest), None)


def outcome_windows(region: Region, contracts: Mapping[str, Contract]) -> tuple[int, ...] | None:
    """Window lengths of the actions whose outcome records tell; None where the actions cannot be read."""
    try:
        actions = read_actions(region, contracts).values()
    except RegionError:
        return None  # told when they are valued; until then no release is given up for it
    return tuple(sorted({item.outcome.window_days for item in actions if item.outcome.source == "records"}))

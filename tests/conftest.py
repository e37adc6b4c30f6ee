"""For all tests: those that read the shared real data are skipped, with the reason, where it is not beside us."""

import pytest

from tests.shared_data import SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the marker `real_data` without its data."""
    if SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("real_data"):
            item.add_marker(pytest.mark.skip(reason="the shared real data is not beside this repository"))

"""The small town, built once a module and opened for each test. A module with another `home` has its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from settings.paths import Home
from tests.valuation import small_town as town
from valuation.units import open_valuation


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("town"))
    town.build(found)
    return found


@pytest.fixture
def work(home: Home) -> Iterator[Any]:
    with open_valuation(home, release=home.root / "release") as opened:
        yield opened

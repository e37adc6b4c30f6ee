"""A small demo region, run for one night, shared by the tests that only look at it."""

from collections.abc import Iterator

import pytest

from demo.write import write_demo
from settings.paths import Home
from tests.pipeline.night import Installation

PEOPLE = 1_200


@pytest.fixture(scope="session")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The release of night one. Look, don't touch."""
    installation = Installation(Home(tmp_path_factory.mktemp("one_night")))
    write_demo(installation.home, people=PEOPLE, seed=7, nights=1)
    installation.mvld("run")
    yield installation

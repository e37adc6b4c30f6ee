"""The bare side reads what the product reads: the same rows, but for those that the product rejects."""

import dataclasses
from pathlib import Path

import pytest

from bench.bare_read import read_dataset
from demo.write import write_demo
from ingestion.contract_reader import read_contracts
from ingestion.ingest import ingest_dataset
from ingestion.raw_view import register_raw_view
from settings import duck
from settings.paths import REPOSITORY, Home, Region

CONTRACTS = read_contracts(Region(REPOSITORY / "region").contracts)
DATE = "2026-06-01"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("bench"))
    write_demo(found, people=600, seed=3, start_date=DATE)
    return found


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_every_accepted_row_is_read_bare_with_the_same_values(home: Home, tmp_path: Path, dataset: str) -> None:
    contract = dataclasses.replace(CONTRACTS[dataset], rejected_share_tolerance=1.0)
    ingest_dataset(contract, home, as_of=DATE)
    with duck.connect(folder=tmp_path) as connection:
        connection.execute("create schema raw")
        register_raw_view(connection, contract, home, as_of=DATE)
        read = read_dataset(connection, contract, home.landing, table="bare", work=tmp_path)
        columns = ", ".join(duck.identifier(column.name) for column in contract.columns)
        (accepted,) = connection.execute(f"select count(*) from raw.{dataset}").fetchone()
        (missing,) = connection.execute(
            f"select count(*) from (select {columns} from raw.{dataset} except all select {columns} from bare)"
        ).fetchone()
    assert accepted > 0
    assert missing == 0
    assert accepted <= read <= accepted * 1.05 + 1

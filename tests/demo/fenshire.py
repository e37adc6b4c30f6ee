"""Small demo regions shared by the tests of this folder, each written once."""

import functools
import tempfile
from pathlib import Path

import duckdb
import pandas as pd

from demo.files import file_name
from demo.write import CONTRACTS, DemoSummary, write_demo
from ingestion.contract import Contract
from ingestion.contract_reader import read_contracts
from settings.paths import Home

PEOPLE = 2_000
NIGHTS = 2
FOLDERS: list[tempfile.TemporaryDirectory[str]] = []  # removed when the tests end


@functools.lru_cache(maxsize=8)
def region(
    *, people: int = PEOPLE, nights: int = NIGHTS, seed: int = 1, inequality: float = 0.5, copy: int = 0
) -> tuple[Home, DemoSummary]:
    """A demo region in a folder of its own; `copy` asks for another run with the same arguments."""
    folder = tempfile.TemporaryDirectory(prefix=f"fenshire-{copy}-")
    FOLDERS.append(folder)
    home = Home(Path(folder.name))
    return home, write_demo(home, people=people, nights=nights, seed=seed, inequality=inequality)


def contracts() -> dict[str, Contract]:
    return read_contracts(CONTRACTS)


def extract(home: Home, dataset: str, *, night: int = 1) -> Path:
    """The file of a data set for a night."""
    dates = pd.date_range("2026-06-01", periods=night)
    return home.landing / file_name(contracts()[dataset], dates[-1].to_numpy().astype("datetime64[D]"))


def people(home: Home) -> pd.DataFrame:
    table = pd.read_parquet(home.truth / "people.parquet")
    return table.assign(birth_date=pd.to_datetime(table["birth_date"]))


def truth(home: Home) -> pd.DataFrame:
    return pd.read_parquet(home.truth / "records.parquet")


def gp(home: Home, *, night: int = 1) -> pd.DataFrame:
    """The register joined with the truth about each registration."""
    path = extract(home, "gp_register", night=night)
    query = """
        select g.*, t.true_person_id, p.birth_date as true_birth_date, p.has_moved, p.uprn as true_uprn
        from read_parquet($path) g
        join read_parquet($truth) t on t.dataset = 'gp_register' and t.record_key = g.RegistrationId
        join read_parquet($people) p using (true_person_id)
    """
    arguments = {
        "path": str(path),
        "truth": str(home.truth / "records.parquet"),
        "people": str(home.truth / "people.parquet"),
    }
    return duckdb.connect().execute(query, arguments).df()

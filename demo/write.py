"""Write the demo region: geography, every partner's files for every night, and the truth apart from them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from demo import county, district, health, safety
from demo.books import Draft
from demo.files import write_file, writer
from demo.geography_files import write_geography
from demo.nights import Book, open_book
from demo.opt_outs import write_opt_outs
from demo.outcomes import later_outcomes
from demo.people import World, build_world
from demo.truth import outcomes, record_truth, write_people
from ingestion.contract import Contract
from ingestion.contract_reader import read_contracts
from settings.files import restricted_folder
from settings.paths import REPOSITORY, Home, Region

DRAFTS: dict[str, Callable[[World], Draft]] = {
    "adult_social_care": county.adult_social_care,
    "childrens_social_care": county.childrens_social_care,
    "school_census": county.school_census,
    "council_tax": district.council_tax,
    "housing_tenancy": district.housing_tenancy,
    "homelessness": district.homelessness,
    "gp_register": health.gp_register,
    "emergency_attendance": health.emergency_attendance,
    "police_incident": safety.police_incident,
    "home_safety_visit": safety.home_safety_visit,
    "benefit_claims": safety.benefit_claims,
}
CONTRACTS = Region(REPOSITORY / "region").contracts  # the demo is of this region, whatever region a run uses
MINIMUM_PEOPLE = 500
DEFAULT_START = "2026-06-01"


@dataclass(frozen=True)
class DemoSummary:
    """What was written."""

    people: int  # of the first night
    files: int  # extracts, without geography and truth
    rows: dict[str, tuple[int, ...]]  # data set -> rows in the file of each night
    extract_dates: tuple[str, ...]
    seconds: float


def write_demo(
    home: Home,
    *,
    people: int = 20_000,
    seed: int = 1,
    nights: int = 1,
    inequality: float = 0.5,
    start_date: str = DEFAULT_START,
    progress: Callable[[str], None] | None = None,
) -> DemoSummary:
    """Write Fenshire into `home.landing` and its truth into `home.truth`; the same arguments give the same bytes.

    people: who are there on the first night, at least 500. nights: files for this many days from `start_date` on.
    inequality: 0 (all wards alike) to 1, the standard deviation of the wards' latent deprivation.
    Raises ValueError for arguments out of range.
    """
    if people < MINIMUM_PEOPLE or nights < 1 or not 0 <= inequality <= 1:
        raise ValueError(f"people is at least {MINIMUM_PEOPLE}, nights at least 1, inequality between 0 and 1")
    started = time.perf_counter()
    say = progress or (lambda message: None)
    contracts = read_contracts(CONTRACTS)
    world = build_world(people=people, seed=seed, nights=nights, inequality=inequality, start_date=start_date)
    write_geography(world.places, home.landing / "geography")
    dates = [np.datetime64(start_date, "D") + night for night in range(nights)]
    rows: dict[str, tuple[int, ...]] = {}
    found: dict[str, np.ndarray] = {}
    schema = pa.schema([("dataset", pa.string()), ("record_key", pa.string()), ("true_person_id", pa.string())])
    records = restricted_folder(home.truth) / "records.parquet"
    with writer() as connection, pyarrow.parquet.ParquetWriter(records, schema, compression="zstd") as truth:
        for dataset, make in DRAFTS.items():
            draft = make(world)
            found |= outcomes(world, draft, dataset)
            book = open_book(world, contracts[dataset], draft)
            del draft
            rows[dataset] = tuple(
                _write_night(connection, book, home, night=number, extract_date=date)
                for number, date in enumerate(dates, start=1)
            )
            if (table := record_truth(book)) is not None:
                truth.write_table(table)
            say(f"{dataset}: {' + '.join(f'{count:,}' for count in rows[dataset])} rows")
    write_people(world, home.truth, found | later_outcomes(world))
    write_opt_outs(world, home.landing / "opt_outs", start_date=start_date)
    return DemoSummary(
        people=people,
        files=sum(count > 0 for counts in rows.values() for count in counts),
        rows=rows,
        extract_dates=tuple(str(date) for date in dates),
        seconds=time.perf_counter() - started,
    )


def _write_night(connection: Any, book: Book, home: Home, *, night: int, extract_date: np.datetime64) -> int:
    """Write a whole file for a snapshot, the changes for a delta, nothing for none. Returns the rows."""
    contract = book.contract
    chosen = book.changed(night) if contract.delivery == "delta" else book.present(night)
    chosen = chosen[np.argsort(book.columns[contract.key[0]][chosen], kind="stable")]
    if not len(chosen):
        return 0
    columns = book.on(night, chosen)
    if contract.deletion_column:
        columns[contract.deletion_column] = _deletion_flags(contract, columns, book, chosen, night)
    columns["is_broken"] = book.is_broken[chosen]
    write_file(connection, contract, columns, home.landing, extract_date=extract_date)
    return len(chosen)


def _deletion_flags(
    contract: Contract, columns: dict[str, np.ndarray], book: Book, chosen: np.ndarray, night: int
) -> np.ndarray:
    assert contract.deletion_column is not None
    result = columns.get(contract.deletion_column, np.full(len(chosen), "upsert", dtype=object)).copy()
    result[book.deletes[chosen] == night] = contract.deletion_value
    return result

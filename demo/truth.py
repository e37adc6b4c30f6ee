"""The truth of who is who, kept apart from the landing folder and read by evaluation only."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray

from demo.books import Draft
from demo.identifiers import as_text
from demo.names import BACKGROUNDS
from demo.nights import Book
from demo.people import World
from settings.files import restricted_folder

OUTCOMES = {  # data set -> (name of the outcome, measure and value that make it one, or none)
    "emergency_attendance": ("fall", ("fall", True)),
    "homelessness": ("homeless", None),
    "adult_social_care": ("care", None),
    "childrens_social_care": ("child_referral", None),
}


def person_ids(person: NDArray[np.int64]) -> NDArray[np.object_]:
    """The true identifiers of people."""
    return "T" + as_text(person + 1, 8)


def record_truth(book: Book) -> pa.Table | None:
    """dataset, record_key (as the file has it, joined by '|'), true_person_id; None for a book that names nobody."""
    if book.person is None:
        return None
    parts = [book.columns[name] for name in book.contract.key]
    texts = [values if values.dtype == object else as_text(values) for values in parts]
    key = texts[0]
    for text in texts[1:]:
        key = key + "|" + text
    return pa.table(
        {
            "dataset": pa.array(np.full(len(key), book.contract.dataset, dtype=object), type=pa.string()),
            "record_key": pa.array(key, type=pa.string()),
            "true_person_id": pa.array(person_ids(book.person), type=pa.string()),
        }
    )


def outcomes(world: World, draft: Draft, dataset: str) -> dict[str, NDArray[np.int64]]:
    """How often the data set's outcome began in the year before the start and in the year after it, per person."""
    if dataset not in OUTCOMES or draft.entry_person is None:
        return {}
    name, condition = OUTCOMES[dataset]
    counts = draft.content[condition[0]] == condition[1] if condition else np.ones(len(draft.first_day), dtype=bool)
    person = draft.entry_person[draft.entry]
    since = draft.first_day - world.start_day
    return {
        f"{name}_{when}": np.bincount(person[counts & (since >= low) & (since < low + 365)], minlength=world.size)
        for when, low in (("year_before", -365), ("year_after", 0))
    }


def write_people(world: World, folder: Path, found: dict[str, NDArray[np.int64]]) -> None:
    """One row per person: who they are to each other, where they live, what they need and what came of it."""
    members, places = world.members, world.places
    sibling = np.r_[members.is_twin[1:], False]
    table = {
        "true_person_id": pa.array(person_ids(np.arange(world.size)), type=pa.string()),
        "household_number": members.household,
        "birth_date": members.birth_day.astype("datetime64[D]"),
        "sex": pa.array(np.where(members.is_female, "F", "M")),
        "background": pa.array(np.array(BACKGROUNDS)[world.background]),
        "uprn": pa.array(places.uprn[world.home], type=pa.string()),
        "ward_code": pa.array(
            places.wards["ward_code"].to_numpy(dtype=object)[places.ward[world.home]], type=pa.string()
        ),
        "is_twin": members.is_twin | sibling,
        "is_same_named": world.is_same_named,
        "is_communal": world.is_communal,
        "has_moved": world.former_home != world.home,
        "has_former_surname": world.former_surname != world.surname,
        "is_alive": world.is_alive,
        "arrival_night": members.arrival_night,
        **{f"need_{need}": getattr(world.needs, need) for need in ("frailty", "hardship", "strain", "distress")},
        **found,
    }
    pyarrow.parquet.write_table(pa.table(table), restricted_folder(folder) / "people.parquet", compression="zstd")

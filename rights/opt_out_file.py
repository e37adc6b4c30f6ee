"""One opt-out list: a CSV file with the column nhs_number, person_id or both, and dataset if an objection is to one.

Bad rows are refused one by one. Whether the list is taken is `opt_out_lists.py`.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PERSON_COLUMNS = ("nhs_number", "person_id")
NHS_WEIGHTS = range(10, 1, -1)  # of the first nine digits; the tenth is the check digit


@dataclass(frozen=True)
class Entry:
    """One row: a person by NHS number or lasting id. dataset: the only one objected to; None: all the list covers."""

    row_number: int
    nhs_number: str | None
    person_id: str | None
    dataset: str | None


def read_entries(content: bytes, datasets: set[str]) -> tuple[list[Entry], list[tuple[int, str]], str | None]:
    """Good rows, refused rows (number, why) and why the file as a whole cannot be taken."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return [], [], "is not UTF-8 text; save it as CSV UTF-8"
    reader = csv.DictReader(lines)
    columns = [name.strip().lower() for name in reader.fieldnames or ()]
    if not set(columns) & set(PERSON_COLUMNS):
        return [], [], f"has no column {' or '.join(PERSON_COLUMNS)}; name it in the first line"
    if strange := [number for number, name in enumerate(columns, 1) if name not in (*PERSON_COLUMNS, "dataset")]:
        return [], [], f"column {strange[0]} is none of {', '.join(PERSON_COLUMNS)}, dataset; take it out"
    reader.fieldnames = columns
    entries, refused = [], []
    for row in reader:
        read = _entry(reader.line_num, row, datasets)
        if isinstance(read, Entry):
            entries.append(read)
        elif read:
            refused.append((reader.line_num, read))
    if not entries:
        return [], refused, "has no good row; an empty list would end every objection, so it is not taken"
    return entries, refused, None


def _entry(number: int, row: Mapping[Any, Any], datasets: set[str]) -> Entry | str | None:
    """The row as an entry, what is wrong with it, or None for a blank one."""
    if None in row or None in row.values():
        return "has more or fewer cells than the header"
    cells = {name: value.strip() for name, value in row.items() if value.strip()}
    if not cells:
        return None
    nhs_number = re.sub(r"[\s-]", "", cells.get("nhs_number", "")) or None
    person_id = cells.get("person_id", "").upper() or None
    dataset = cells.get("dataset")
    if nhs_number is None and person_id is None:
        return "names no person"
    if nhs_number is not None and not is_nhs_number(nhs_number):
        return "nhs_number is not ten digits with a right check digit"
    if person_id is not None and not re.fullmatch(r"P\d{7,18}", person_id):
        return "person_id is not like P00000001"
    if dataset is not None and dataset not in datasets:
        return "dataset is none of the region's about people"
    return Entry(number, nhs_number, person_id, dataset)


def is_nhs_number(text: str) -> bool:
    """Ten digits of which the last is the check digit (modulus 11)."""
    if not re.fullmatch(r"[0-9]{10}", text):
        return False
    digits = [int(digit) for digit in text]
    check = 11 - sum(digit * weight for digit, weight in zip(digits[:9], NHS_WEIGHTS, strict=True)) % 11
    return check % 11 == digits[9]

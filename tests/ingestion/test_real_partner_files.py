"""Files as real partners send them are accepted where valid and refused where not, by contracts with rules.

Every NHS import called valid is accepted (33 with those called neither) and every one called invalid, empty or
malformed is refused (13).
"""

from collections import Counter
from pathlib import Path

import pytest

from settings.paths import Home
from tests.ingestion.partner import column, contract, rows, take
from tests.ingestion.real_files import PARTNERS

pytestmark = pytest.mark.real_data


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{8}"
CHILD = (
    column("first", header="CHILD_FIRST_NAME", required=True),
    column("last", header="CHILD_LAST_NAME", required=True),
    column("born", header="CHILD_DATE_OF_BIRTH", required=True, pattern=DAY),
)
VACCINATION = (
    column("first", header="PERSON_FORENAME", required=True),
    column("last", header="PERSON_SURNAME", required=True),
    column("born", header="PERSON_DOB", required=True, pattern=DAY),
    column("given_on", header="DATE_OF_VACCINATION", required=True, pattern=DAY),
    column("organisation", header="ORGANISATION_CODE", pattern="[A-Z0-9]{3,5}"),
)
SYSTM_ONE = (column("first", header="First name", required=True), column("born", "date", header="Date of birth"))
NOT_TAKEN = ("empty.csv", "malformed.csv")  # and all that are called invalid


def test_nhs_immunisation_imports_are_accepted_where_valid_and_refused_where_not(home: Home) -> None:
    counts: Counter[str] = Counter()
    folder = PARTNERS / "nhs_mavis_import_fixtures"
    for number, path in enumerate(sorted(folder.rglob("*.csv"))):
        columns = VACCINATION if "immunisation_import" in path.parts else CHILD
        made = contract(
            *(SYSTM_ONE if path.name == "systm_one.csv" else columns), dataset=f"d{number}", date_format="%Y%m%d",
            extra_columns="ignore", instruction_rows=int("instruction_row" in path.name),
            encoding="latin-1" if "iso_8859_1" in path.name else "utf-8",
        )  # fmt: skip
        result = take(home, made, path.read_bytes())
        is_bad = path.name.startswith("invalid") or path.name in NOT_TAKEN
        assert (result.status == "refused") == is_bad, f"{path.name}: {result.problems}"
        counts[result.status] += 1
    assert counts == {"accepted": 33, "refused": 13}


LOOKED_AFTER = {
    "header.csv": (
        column("child", header="CHILD", key=True),
        column("sex", header="SEX", allowed=("1", "2")),
        column("born", "date", header="DOB"),
    ),
    "episodes.csv": (
        column("child", header="CHILD", key=True),
        column("started", "date", header="DECOM", key=True),
        column("need", header="CIN", pattern="N[1-8]"),
        column("ended", "date", header="DEC"),
    ),
    "uasc.csv": (
        column("child", header="CHILD", key=True),
        column("born", "date", header="DOB"),
        column("until", "date", header="DUC"),
    ),
}


def test_statutory_tables_are_typed_without_a_reject(home: Home) -> None:
    for name, columns in LOOKED_AFTER.items():
        made = contract(*columns, dataset=name[:-4], date_format="%d/%m/%Y", extra_columns="ignore")
        result = take(home, made, (PARTNERS / "ssda903_fake" / name).read_bytes())
        assert (result.status, result.rows_rejected) == ("accepted", 0), result.problems
        assert result.rows_read > 50


def test_addresses_of_several_lines_stay_whole_and_rows_in_order(home: Home) -> None:
    for name in ("csc", "education"):
        columns = (
            column("id", header="Cms Id", key=True),
            column("born", "date", header="Date Of Birth", required=True),
            column("address", header="Address"),
        )
        content = (PARTNERS / f"family_context_live/{name}.csv").read_bytes()
        result = take(home, contract(*columns, dataset=name, extra_columns="ignore"), content)
        assert (result.rows_read, result.rows_rejected) == (500, 0)
        assert [number for (number,) in rows(result, "row_number")] == list(range(2, 502))
        assert all("\n" in address for (address,) in rows(result, "address"))

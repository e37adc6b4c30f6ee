"""Files are found by the contract's pattern, and what no contract claims is listed."""

from pathlib import Path

from ingestion.landing import find_extracts, unclaimed_files
from ingestion.state import latest_extract_date
from settings.paths import Home
from tests.ingestion.partner import contract, land, take


def test_extracts_are_found_by_pattern_and_sorted_by_date(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for name in (
        "things_20250103.csv",
        "things_20250101.csv",
        "things_2025011.csv",
        "Things_20250102.csv",
        "things_20251301.csv",
    ):
        land(home, f"county/{name}", "x")
    made = contract(date_in_name="%Y%m%d")
    assert [extract.extract_date for extract in find_extracts(made, home.landing)] == ["2025-01-01", "2025-01-03"]
    told = unclaimed_files([made], home.landing)["things"]
    assert [line.split(":")[0].split("/")[1] for line in told] == [
        "Things_20250102.csv",
        "things_2025011.csv",
        "things_20251301.csv",
    ]


def test_an_unclaimed_file_is_told_to_the_data_set_that_its_name_is_most_like(tmp_path: Path) -> None:
    home = Home(tmp_path)
    others = [contract(dataset=name, file=f"county/{name}_{{date}}.csv") for name in ("pupils", "tenants")]
    for name in ("county/pupil_2025-01-01.csv", "tenants_01.02.2025.csv", "county/tenants_2025-02-30.csv"):
        land(home, name, "x")
    told = unclaimed_files(others, home.landing)
    assert told["pupils"] == [
        "county/pupil_2025-01-01.csv: no contract claims this file; rename it to county/pupils_{date}.csv with the"
        " date written %Y-%m-%d, or take it away"
    ]
    assert [line.split(":")[0] for line in told["tenants"]] == [
        "county/tenants_2025-02-30.csv",
        "tenants_01.02.2025.csv",
    ]


def test_unfinished_hidden_and_geography_files_are_nobodys(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for name in ("county/things_2025-01-01.csv.part", "county/~$things.xlsx", "county/.things", "geography/places.csv"):
        land(home, name, "x")
    land(home, "county/readme.txt", "x")
    land(home, "maps/wards/north.csv", "x")
    assert find_extracts(contract(), home.landing) == []
    (told,) = unclaimed_files([contract()], home.landing, others={home.landing / "maps" / "wards"})["things"]
    assert told == "county/readme.txt: no contract claims this file; write a contract for it, or take it away"


def test_no_landing_folder_is_no_extract(tmp_path: Path) -> None:
    assert find_extracts(contract(), tmp_path / "none") == []
    assert unclaimed_files([contract()], tmp_path / "none") == {}
    assert latest_extract_date([contract()], Home(tmp_path)) is None


def test_the_latest_date_is_of_any_file_or_receipt(tmp_path: Path) -> None:
    home = Home(tmp_path)
    take(home, contract(), "id,name,born,amount\nA,,,\n", "2025-01-05")
    (home.landing / "county/things_2025-01-05.csv").unlink()
    land(home, "county/things_2025-01-03.csv", "x")
    assert latest_extract_date([contract()], home) == "2025-01-05"
    land(home, "county/things_2025-01-07.csv", "x")
    assert latest_extract_date([contract()], home) == "2025-01-07"

"""A wrong contract is refused when it is read, before any file comes, with all that is wrong in it at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.contract import Measure
from ingestion.contract_checks import problems_of
from ingestion.contract_reader import read_contract, read_contracts
from settings.errors import RegionError
from settings.paths import REPOSITORY
from tests.ingestion.partner import PEOPLE, column, contract

KEY = column("id", key=True)


def test_the_regions_contracts_are_sound() -> None:
    assert len(read_contracts(REPOSITORY / "region" / "contracts")) == 11


WRONG_LAYOUTS: dict[str, tuple[dict[str, Any], str]] = {
    "two-digit year": ({"date_format": "%d/%m/%y"}, "dateFormat is '%d/%m/%y': a year of two digits"),
    "two-digit year in the name": ({"date_in_name": "%y%m%d"}, "dateInName is '%y%m%d': a year of two digits"),
    "no strptime code": ({"date_format": "DD/MM/YYYY"}, "dateFormat is 'DD/MM/YYYY', which holds no year"),
    "two-digit year of times": ({"timestamp_format": "%d/%m/%y %H:%M"}, "timestampFormat"),
    "footer pattern": ({"footer_pattern": "Total ("}, "footerPattern: 'Total (' is no regular expression"),
    "no date in the name": ({"file": "county/{date}/things.csv"}, "exactly once, in the file's name"),
    "outside the landing folder": ({"file": "../things_{date}.csv"}, "below the landing folder"),
    "encoding": ({"encoding": "ansi-latin"}, "encoding 'ansi-latin' is unknown"),
    "rows in words": ({"header_rows": "one"}, "header_rows is 'one'; write a whole number"),
    "delimiter": ({"delimiter": ""}, "delimiter is a character"),
    "decimal": ({"decimal": ",", "thousands": ","}, "another character than thousands"),
    "compression": ({"compression": "zip"}, "compression is 'zip'; use one of gzip"),
    "extra columns": ({"extra_columns": "drop"}, "use one of refuse, ignore"),
}


@pytest.mark.parametrize("case", WRONG_LAYOUTS)
def test_a_wrong_delivery_format_is_told(case: str) -> None:
    layout, words = WRONG_LAYOUTS[case]
    (problem,) = problems_of(contract(**layout))
    assert words in problem


WRONG_COLUMNS = {
    "pattern": (column("code", pattern="[A-Z"), "column 'code': pattern: '[A-Z' is no regular expression"),
    "pattern that RE2 lacks": (column("code", pattern="(?=A)A"), "column 'code': pattern is no RE2 expression"),
    "bound of another type": (column("n", "integer", minimum="many"), "column 'n': minimum is no integer"),
    "bound that is no date": (column("d", "date", maximum="2025-02-30"), "column 'd': maximum is no date"),
    "bounds swapped": (column("n", "number", minimum="9", maximum="1"), "minimum is above the maximum"),
    "two-digit year": (column("d", "date", date_format="%d-%b-%y"), "column 'd': dateFormat"),
    "length": (column("code", max_length=0), "maxLength is 0"),
    "bands": (column("n", "number", measure=Measure("number", "n", bands=(5.0, 1.0))), "bands are lower bounds"),
}


@pytest.mark.parametrize("case", WRONG_COLUMNS)
def test_a_wrong_column_is_told(case: str) -> None:
    wrong, words = WRONG_COLUMNS[case]
    (problem,) = problems_of(contract(KEY, wrong))
    assert words in problem


def test_a_rating_over_an_unknown_column_is_told() -> None:
    (problem,) = problems_of(contract(*PEOPLE, rag_red=("amount > 5", "arrears > 5"), rag_amber=("amount > 1",)))
    assert "red condition 'arrears > 5'" in problem


def test_all_that_is_wrong_is_told_at_once() -> None:
    made = contract(column("id"), column("d", date_format="%y"), encoding="x", rejected_share_tolerance=5.0)
    told = problems_of(replace(made, dataset="Things"))
    for words in ("lower case", "primaryKey", "encoding 'x'", "rejectedShare is 5", "column 'd'"):
        assert sum(words in problem for problem in told) == 1


def test_a_problem_names_its_file(tmp_path: Path) -> None:
    path = REPOSITORY / "region" / "contracts" / "gp_register.odcs.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for item in document["customProperties"]:
        if item["property"] == "integrationDays":
            item["value"] = "three"
    wrong = tmp_path / "gp_register.odcs.yaml"
    wrong.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(RegionError, match="integrationDays is 'three'; write a number") as refusal:
        read_contract(wrong)
    assert refusal.value.problems[0].startswith("gp_register.odcs.yaml: ")

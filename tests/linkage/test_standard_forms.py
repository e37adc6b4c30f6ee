"""Standard forms of files that no contract describes: staging's own rules, and what staging never meets."""

import pytest

from linkage.files.standard_forms import standard_form, text_form
from settings.duck import connect


def formed(sql: str, written: str | None) -> object:
    return connect().execute(f"select {sql} from (select ?::varchar as written)", [written]).fetchone()[0]


@pytest.mark.parametrize("written", ["19610207", "1961-02-07", "07/02/1961", "7.2.1961", "7 Feb 1961", "19610207.0"])
def test_a_birth_date_is_read_as_people_write_it(written: str) -> None:
    assert str(formed(standard_form("birth_date", "written"), written)) == "1961-02-07"


def test_month_first_is_read_where_the_column_says_so() -> None:
    assert str(formed(standard_form("birth_date", "written", is_month_first=True), "02/07/1961")) == "1961-02-07"


@pytest.mark.parametrize(
    ("role", "written", "expected"),
    [
        ("given_name", "Zoë-ann", "ZOE-ANN"),
        ("given_name", "unknown", None),
        ("birth_date", "1900-01-01", None),
        ("birth_date", "19610231", None),
        ("sex", "female", "F"),
        ("postcode", "ts190sh", "TS19 0SH"),
        ("postcode", "4011", "4011"),
        ("postcode", "ZZ99 3VZ", None),
        ("phone", "+44 7700 900123", "07700900123"),
        ("phone", "(02) 5550 1234", "0255501234"),
        ("nhs_number", "943 476 5918", None),
        ("nino", "ab 12 34 57 c", "AB123457"),
        ("email", "noemail@example.org", None),
        ("address", None, None),
    ],
)
def test_a_role_has_the_form_that_staging_gives(role: str, written: str | None, expected: str | None) -> None:
    found = formed(standard_form(role, "written"), written)
    assert (None if found is None else str(found)) == expected


def test_a_column_without_a_role_is_words_and_digits() -> None:
    assert formed(text_form("written"), " Stockton-on-Tees ") == "STOCKTON ON TEES"
    assert formed(text_form("written"), "n/a") is None

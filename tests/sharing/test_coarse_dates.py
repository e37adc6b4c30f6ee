"""Dates, months and the codes of date measures at each precision, each data set at its own."""

import duckdb
import pytest

from sharing.coarse_dates import coarse_column

ROWS = """(values
    ('asc', 'review', date '2025-08-31', '2025-08', '2025-08'),
    ('gp', 'frailty', date '2025-08-31', '2025-08', '0-4'),
    ('gp', null, null, null, null)) as rows(dataset, measure, valid_from, last_contact_month, code)"""


def column(name: str, **precisions: str) -> list:
    expression = coarse_column(name, precisions, date_measures=[("asc", "review")])
    return [value for (value,) in duckdb.sql(f"select ({expression})::varchar from {ROWS}").fetchall()]


@pytest.mark.parametrize(
    ("precision", "day", "month"),
    [
        ("day", "2025-08-31", "2025-08"),
        ("month", "2025-08-01", "2025-08"),
        ("quarter", "2025-07-01", "2025-Q3"),
        ("year", "2025-01-01", "2025"),
    ],
)
def test_each_precision_cuts_dates_and_months(precision, day, month):
    assert column("valid_from", asc=precision, gp=precision) == [day, day, None]
    assert column("last_contact_month", asc=precision, gp=precision) == [month, month, None]


def test_each_data_set_has_its_own_precision():
    assert column("valid_from", asc="year", gp="day") == ["2025-01-01", "2025-08-31", None]


def test_only_the_codes_of_date_measures_are_months():
    assert column("code", asc="year", gp="year") == ["2025", "0-4", None]
    assert coarse_column("code", {"asc": "month"}, date_measures=[("asc", "review")]) is None


def test_months_of_every_quarter():
    months = [f"2025-{month:02}" for month in range(1, 13)]
    expression = coarse_column("rag_month", {"asc": "quarter"})
    rows = f"(select 'asc' as dataset, unnest({months!r}) as rag_month)"
    found = [value for (value,) in duckdb.sql(f"select {expression} from {rows}").fetchall()]
    assert found == [f"2025-Q{quarter}" for quarter in (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)]


def test_other_columns_are_left_alone():
    assert coarse_column("age_band", {"asc": "year"}) is None

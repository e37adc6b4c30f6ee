"""Staging gives each record once, as it stands now, in standard form."""


def test_a_delta_keeps_the_last_line_and_drops_what_is_deleted(identity):
    rows = dict(identity("select row_number, fall from staging.stg_attendance where row_number in (1, 2, 91, 92)"))
    assert rows == {1: True, 2: True}  # 1 is person 1; the deletion of person 3 is not a record


def test_names_are_folded_and_placeholder_birth_dates_are_null(identity):
    assert identity("select distinct given_name, birth_date from staging.stg_care where row_number = 1") == [
        ("ZOE", None)
    ]


def test_every_person_record_is_in_person_records_once_and_no_other(identity):
    counts = identity("select dataset, count(*) from identity.person_records group by all order by all")
    assert counts == [("attendance", 24), ("care", 18), ("school", 3)]


def test_last_seen_is_the_end_of_a_closed_period_the_event_or_the_extract(identity):
    rows = identity(
        """select distinct last_seen_date::varchar from identity.person_records
        where dataset <> 'attendance' order by all"""
    )
    assert rows == [("2019-12-31",), ("2024-12-31",), ("2025-03-30",)]
    assert identity(
        "select count(*) from identity.person_records where dataset = 'attendance' and last_seen_date = '2025-01-10'"
    ) == [(23,)]


def test_an_extract_of_deletions_or_of_a_quiet_day_moves_the_date_of_its_data_set(warehouse):
    dates = dict(warehouse("select dataset, extract_date::varchar from linked.dataset"))
    assert dates["attendance"] == "2025-03-25"  # five days after the newest of its records
    assert dates["silent"] is None

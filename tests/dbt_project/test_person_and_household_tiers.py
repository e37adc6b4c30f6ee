"""What the tiers say of a person and a household, worked out by hand from `small_region`."""

from datetime import date


def test_statuses_tell_none_from_not_covered(warehouse):
    rows = warehouse(
        """select person_id || ' ' || dataset, status from tiers.person_known_to
        where person_id in ('P01', 'P03', 'P08', 'P15', 'P17', 'P22', 'P34', 'P38')"""
    )
    statuses = dict(rows)
    assert statuses["P01 care"] == "current"
    assert statuses["P15 care"] == "historic"
    assert statuses["P17 care"] == "none", "a record that begins after as_of is not there yet"
    assert statuses["P08 care"] == "not_covered", "a child is outside the ages that care covers"
    assert statuses["P22 care"] == "current", "somebody on record is never not_covered"
    assert statuses["P38 care"] == "not_covered", "of somebody of unknown age none would be a claim"
    assert statuses["P08 school"] == "none"
    assert statuses["P34 school"] == "not_covered", "the school covers district D1 only"
    assert statuses["P01 school"] == "not_covered"
    assert statuses["P03 attendance"] == "none", "the attendance was deleted"
    assert statuses["P03 silent"] == "none", "a data set without records knows nobody"


def test_known_to_gives_last_contact_and_whom_to_ask(warehouse):
    query = """select last_contact_month, lead_service from tiers.person_known_to
        where dataset = 'care' and person_id = '{}'"""
    assert warehouse(query.format("P01")) == [("2025-03", "The care team")]
    assert warehouse(query.format("P15")) == [("2024-12", "The care team")]
    assert warehouse(query.format("P02")) == [(None, None)]


def test_every_person_and_home_has_a_row_for_every_data_set_of_its_level(warehouse):
    assert warehouse("select count(*), count(distinct dataset) from tiers.person_known_to") == [(40 * 4, 4)]
    assert warehouse("select count(*), count(distinct dataset) from tiers.household_known_to") == [(20 * 5, 5)]


def test_an_event_is_current_for_a_year(warehouse):
    rows = warehouse(
        """select person_id, status from tiers.person_known_to
        where dataset = 'attendance' and person_id in ('P01', 'P02')"""
    )
    assert dict(rows) == {"P01": "current", "P02": "historic"}


def test_rag_is_the_worst_current_rating(warehouse):
    rows = warehouse(
        "select person_id, rag, rag_month from tiers.person_rag where dataset = 'care' and status <> 'none'"
    )
    ratings = {person: (rag, month) for person, rag, month in rows if person in ("P01", "P03", "P05", "P15")}
    assert ratings == {
        "P01": ("red", "2025-03"),
        "P03": ("amber", "2025-03"),
        "P05": ("green", "2025-03"),
        "P15": (None, None),
    }


def test_coded_gives_the_code_of_the_latest_current_record(warehouse):
    rows = warehouse(
        "select dataset, measure, code, code_month from tiers.person_coded where person_id = 'P01' order by 1, 2"
    )
    assert rows == [
        ("attendance", "fall", "yes", "2025-01"),
        ("care", "cost", "500+", "2025-03"),
        ("care", "reason", "A", "2025-03"),
    ]
    assert warehouse("select count(*) from tiers.person_coded where person_id = 'P15'") == [(0,)]


def test_full_numbers_the_records_from_the_oldest(warehouse):
    rows = warehouse(
        """select record_no, status, measure, code, value, rag from tiers.person_full
        where person_id = 'P01' and dataset = 'care' order by all"""
    )
    assert rows == [
        (1, "historic", "cost", "0-99", 10.0, "amber"),
        (1, "historic", "reason", "B", None, "amber"),
        (2, "current", "cost", "500+", 600.0, "red"),
        (2, "current", "reason", "A", None, "red"),
    ]


def test_a_number_without_bands_is_in_full_and_not_in_coded(warehouse):
    assert warehouse("select count(*) from tiers.person_coded where measure = 'absent'") == [(0,)]
    assert warehouse("select distinct code, value from tiers.person_full where measure = 'absent'") == [(None, 12.5)]


def test_a_household_counts_its_members_and_what_is_known_of_the_home(warehouse):
    rows = warehouse(
        """select dataset, status, members_current, members_historic from tiers.household_known_to
        where household_id = 'H101' order by all"""
    )
    assert rows == [
        ("attendance", "current", 1, 1),
        ("care", "current", 1, 0),
        ("school", "current", 1, 0),
        ("silent", "none", 0, 0),
        ("visit", "current", 2, 0),
    ]
    query = "select status from tiers.household_known_to where household_id = '{}' and dataset = '{}'"
    assert warehouse(query.format("H110", "visit")) == [("historic",)]
    assert warehouse(query.format("H105", "visit")) == [("none",)]
    assert warehouse(query.format("H104", "school")) == [("none",)], "a covered child lives there"
    assert warehouse(query.format("H117", "school")) == [("not_covered",)]


def test_household_rag_coded_and_full_hold_the_home_beside_its_members(warehouse):
    rag = """select rag, members_red, members_amber, members_green from tiers.household_rag
        where household_id = 'H101' and dataset = 'visit'"""
    assert warehouse(rag) == [("red", 2, 0, 0)]
    coded = "select members, members_with_code from tiers.household_coded where household_id = 'H101' and code = 'H'"
    assert warehouse(coded) == [(2, 2)]
    full = """select member_no, record_no, code from tiers.household_full
        where household_id = 'H101' and dataset in ('visit', 'school') order by all"""
    assert warehouse(full) == [(0, 1, "H"), (2, 1, None)]


def test_people_in_communal_establishments_are_in_no_household(warehouse):
    assert warehouse("select count(*) from linked.household") == [(20,)]
    assert warehouse(
        "select sum(members_current)::integer from tiers.household_known_to where dataset = 'attendance'"
    ) == [(22,)]
    assert warehouse(
        "select count(*) from tiers.person_known_to where dataset = 'attendance' and status = 'current'"
    ) == [(23,)]


def test_a_period_that_began_at_birth_has_no_first_day(warehouse) -> None:
    days = warehouse("select person_id, valid_from from linked.record where dataset = 'care' and person_id > 'P26'")
    assert sorted(days) == [("P27", date(2024, 1, 1)), ("P28", None)]

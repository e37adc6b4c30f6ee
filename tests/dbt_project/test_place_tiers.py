"""What the tiers say of streets, postcodes and wards: disclosure control at its edges."""

KNOWN = "select people_current, people_current_reason from tiers.{}_known_to where {} = '{}' and dataset = '{}'"


def test_seven_are_suppressed_and_eight_are_rounded_to_ten(warehouse):
    assert warehouse(KNOWN.format("postcode", "postcode", "FE1 1AA", "care")) == [(None, "below_threshold")]
    assert warehouse(KNOWN.format("postcode", "postcode", "FE1 1AB", "care")) == [(10, None)]
    assert warehouse(KNOWN.format("street", "usrn", "S1", "care")) == [(None, "below_threshold")]
    assert warehouse(KNOWN.format("street", "usrn", "S2", "care")) == [(10, None)]
    assert warehouse(KNOWN.format("ward", "ward_code", "W1", "care")) == [(15, None)]


def test_zero_is_released_for_wards_and_hidden_among_small_counts_below(warehouse):
    assert warehouse(KNOWN.format("ward", "ward_code", "W2", "care")) == [(0, None)]
    assert warehouse(KNOWN.format("postcode", "postcode", "FE2 2AA", "care")) == [(None, "below_threshold")]


def test_a_place_outside_the_coverage_is_not_covered_and_not_zero(warehouse):
    assert warehouse(KNOWN.format("ward", "ward_code", "W2", "school")) == [(None, "not_covered")]


def test_people_living_there_are_released_by_the_same_rule(warehouse):
    assert warehouse("select distinct ward_code, people_living from tiers.ward_known_to order by all") == [
        ("W1", 30),
        ("W2", 10),
    ]


def test_a_ward_data_set_speaks_of_its_latest_month_and_in_ward_tiers_only(warehouse):
    assert warehouse(KNOWN.format("ward", "ward_code", "W1", "claims")) == [(45, None)]
    assert warehouse(KNOWN.format("ward", "ward_code", "W2", "claims")) == [(None, "below_threshold")]
    assert warehouse("select distinct people_historic_reason from tiers.ward_known_to where dataset = 'claims'") == [
        ("not_counted",)
    ]
    assert warehouse("select ward_code, place_rag from tiers.ward_rag where dataset = 'claims' order by all") == [
        ("W1", "red"),
        ("W2", None),
    ]
    assert warehouse("select ward_code, code, people from tiers.ward_coded where dataset = 'claims' order by all") == [
        ("W1", "all", 45),
        ("W2", "all", None),
    ]
    assert warehouse("select count(*) from tiers.postcode_known_to where dataset = 'claims'") == [(0,)]


def test_what_is_known_of_a_home_is_known_of_those_who_live_there(warehouse):
    exact = "select status, count(*) from linked.person_dataset where dataset = 'visit' group by all order by all"
    assert warehouse(exact) == [("current", 2), ("historic", 2)]
    rows = warehouse(
        """select ward_code, people_current, people_historic from tiers.ward_known_to
        where dataset = 'visit' order by all"""
    )
    assert rows == [("W1", None, None), ("W2", 0, 0)]


def test_a_place_is_rated_against_the_region_from_released_counts(warehouse):
    rows = warehouse(
        "select ward_code, people_red, place_rag from tiers.ward_rag where dataset = 'attendance' order by all"
    )
    # 10 of 30 here and 10 of 10 there, where the region's share is 20 of 40
    assert rows == [("W1", 10, "green"), ("W2", 10, "red")]


def test_coded_has_a_row_for_every_code_in_use_so_that_presence_tells_nothing(warehouse):
    rows = warehouse("select postcode, code, people from tiers.postcode_coded where measure = 'fall' order by all")
    assert rows == [
        ("FE1 1AA", "no", None),
        ("FE1 1AA", "yes", 10),
        ("FE1 1AB", "no", None),
        ("FE1 1AB", "yes", None),
        ("FE2 2AA", "no", None),
        ("FE2 2AA", "yes", 10),
    ]


def test_full_sums_a_measure_up_and_shows_only_cells_that_may_be_shown(warehouse):
    summary = """select people, value_count, value_mean, value_q1, value_median, value_q3, value_reason
        from tiers.ward_full where ward_code = '{}' and measure = 'cost' and code = 'all'"""
    # fifteen people: fourteen at 50, one at 600, mean 86.67 to two figures
    assert warehouse(summary.format("W1")) == [(15, 15, 87.0, 50.0, 50.0, 50.0, None)]
    assert warehouse(summary.format("W2")) == [(0, None, None, None, None, None, "below_minimum")]
    cells = "select age_band, sex, code, people from tiers.ward_full where measure = 'cost' and code <> 'all'"
    assert warehouse(cells) == [("45-64", "F", "0-99", 10)]


def test_people_by_measure_below_the_minimum_have_no_mean(warehouse):
    rows = warehouse(
        """select people, value_mean, value_reason from tiers.postcode_full
        where postcode = 'FE1 1AB' and measure = 'cost' and code = 'all'"""
    )
    assert rows == [(10, None, "below_minimum")], "eight people, and ten are needed"

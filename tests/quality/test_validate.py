"""A snapshot is judged by its contract, in counts, and no row's value leaves it."""

import dataclasses
import logging
import socket
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import Column, Contract, DeliveryFormat, Measure, QualityRule
from quality.data_docs import index_path, page_path
from quality.expectations import problems_of
from quality.suite import suite_for
from quality.validate import validate_snapshot
from settings.errors import RegionError
from settings.paths import Home

SECRET = "ZANZIBARSECRET"

COLUMNS = (
    Column("ref", "Ref", "string", required=True, key=True, pattern="R[0-9]{3}", max_length=4),
    Column("born", "Born", "date", minimum="1900-01-01", maximum="2025-01-01"),
    Column("cost", "Cost", "number", minimum="0", maximum="99.5"),
    Column("reason", "Reason", "string", measure=Measure("code", "Reason", codes={"1": "One", "2": "Two"})),
    Column("kind", "Kind", "string", allowed=("A", "B")),
    Column("name", "Name", "string", required=True),
)
CONTRACT = Contract(
    dataset="visits",
    version="1.0.0",
    title="Visits",
    description="",
    grain="one visit",
    partner="Fen County",
    organisation_type="county",
    owner="",
    subject="person",
    delivery="snapshot",
    format=DeliveryFormat("visits_{date}.csv", "csv"),
    columns=COLUMNS,
    lead_service="Visits",
    frequency_days=7,
    latency_days=2,
)
GOOD = (
    ("R001", "1950-01-01", 1.0, "1", "A", "x"),
    ("R002", None, 99.5, "2", "B", "y"),
    ("R003", "2025-01-01", None, None, None, "z"),
)


@pytest.fixture
def check(tmp_path: Path):
    home = Home(tmp_path / "home")

    def run(rows=GOOD, contract=CONTRACT, *, previous=None, extract="2025-01-10", as_of="2025-01-10", deleted=()):
        path = tmp_path / "snapshot.parquet"
        names = [column.name for column in contract.columns]
        with duckdb.connect() as connection:
            types = {"date": "date", "number": "double", "integer": "bigint", "string": "varchar"}
            columns = ", ".join(f"{column.name} {types[column.logical_type]}" for column in contract.columns)
            connection.execute(f"create table t ({columns}, row_number bigint, is_deleted boolean)")
            for number, row in enumerate(rows):
                marks = ", ".join("?" * (len(names) + 2))
                connection.execute(f"insert into t values ({marks})", [*row, number, number in deleted])
            connection.execute(f"copy t to '{path}'")
        return validate_snapshot(contract, path, previous_rows=previous, extract_date=extract, as_of=as_of, home=home)

    run.home = home
    return run


def failed(result) -> dict[str, int | None]:
    return {outcome.name: outcome.unexpected_count for outcome in result.outcomes if not outcome.passed}


def with_row(**changes) -> tuple:
    row = dict(zip([column.name for column in COLUMNS], GOOD[0], strict=True)) | {"ref": "R004"} | changes
    return (*GOOD, tuple(row.values()))


def test_the_rules_of_a_sound_contract_have_no_problem():
    assert problems_of(CONTRACT) == []


def test_a_good_snapshot_passes_every_check_of_its_contract(check):
    result = check()
    assert failed(result) == {} and not result.blocked and result.rows == 3
    assert [outcome.name for outcome in result.outcomes] == [
        "row_count",
        "ref_unique",
        "ref_not_null",
        "ref_pattern",
        "ref_length",
        "born_range",
        "cost_range",
        "reason_code_list",
        "kind_allowed",
        "name_not_null",
        "freshness",
    ]
    assert {outcome.name for outcome in result.outcomes} == {rule.name for rule in suite_for(CONTRACT)}


@pytest.mark.parametrize(
    ("changes", "name", "count", "blocks"),
    [
        ({"name": None}, "name_not_null", 1, True),
        ({"ref": "R001"}, "ref_unique", 2, True),
        ({"ref": "X004"}, "ref_pattern", 1, True),
        ({"born": "1899-12-31"}, "born_range", 1, True),
        ({"born": "2025-01-02"}, "born_range", 1, True),
        ({"cost": 99.51}, "cost_range", 1, True),
        ({"cost": -0.01}, "cost_range", 1, True),
        ({"kind": "C"}, "kind_allowed", 1, True),
        ({"reason": "3"}, "reason_code_list", 1, False),
    ],
)
def test_each_fault_is_found_and_counted(check, changes, name, count, blocks):
    result = check(with_row(**changes))
    assert failed(result) == {name: count} and result.blocked is blocks
    assert next(outcome for outcome in result.outcomes if outcome.name == name).unexpected_share == count / 4


def test_a_pattern_is_of_the_whole_value(check):
    pattern = {"ref_pattern", "ref_length"}
    assert set(failed(check(with_row(ref="R0044")))) == pattern
    assert set(failed(check(with_row(ref="AR004")))) == pattern


def test_a_key_of_two_columns_may_repeat_in_each_but_not_in_both(check):
    columns = tuple(dataclasses.replace(c, key=c.name in ("ref", "kind")) for c in COLUMNS)
    contract = dataclasses.replace(CONTRACT, columns=columns)
    assert failed(check(with_row(ref="R001", kind="B"), contract))["kind_not_null"] == 1
    assert "key_unique" not in failed(check(with_row(ref="R001", kind="B"), contract))
    assert failed(check(with_row(ref="R001", kind="A"), contract))["key_unique"] == 2


def test_rows_may_fall_by_the_tolerance_and_no_further(check):
    assert failed(check(previous=6)) == {}
    result = check(previous=7)
    assert set(failed(result)) == {"row_count"} and result.blocked


def test_an_empty_first_snapshot_is_blocked_by_its_row_count_alone(check):
    assert set(failed(check(rows=()))) == {"row_count"}


def test_a_delta_is_judged_by_neither_size_nor_repeats_nor_its_deletions(check):
    contract = dataclasses.replace(CONTRACT, delivery="delta", deletion_column="kind", deletion_value="B")
    result = check((*GOOD, GOOD[0], ("R009", None, None, None, None, None)), contract, previous=1000, deleted={4})
    assert failed(result) == {} and result.rows == 5
    assert next(o for o in result.outcomes if o.name == "name_not_null").evaluated == 4


@pytest.mark.parametrize(("as_of", "fresh"), [("2025-01-19", True), ("2025-01-20", False)])
def test_an_extract_older_than_frequency_and_latency_is_a_warning(check, as_of, fresh):
    result = check(as_of=as_of)
    assert ("freshness" in failed(result)) is not fresh and not result.blocked


def test_unchanged_work_is_skipped_but_freshness_is_judged_again(check):
    assert not check().skipped
    again = check(as_of="2025-03-01")
    assert again.skipped and set(failed(again)) == {"freshness"}
    assert not check(previous=2).skipped
    assert not check(with_row()).skipped


def own(expectation: str, **arguments) -> Contract:
    return dataclasses.replace(CONTRACT, quality=(QualityRule("Own rule", expectation, arguments, "warning"),))


def test_a_rule_of_the_contract_replaces_the_derived_one_of_its_kind(check):
    contract = own("expect_column_values_to_be_in_set", column="reason", value_set=["1", "2"], mostly=0.5)
    assert "reason_code_list" not in {rule.name for rule in suite_for(contract)}
    result = check(with_row(reason="3"), contract)
    outcome = next(outcome for outcome in result.outcomes if outcome.name == "own_rule")
    assert outcome.passed and outcome.unexpected_count == 1


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        (own("expect_column_values_to_be_lovely", column="ref"), "no expectation 'expect_column_values_to_be_lovely'"),
        (own("expect_column_values_to_be_unique", column="nowhere"), "there is no column 'nowhere'"),
        (own("expect_column_values_to_be_in_set", column="ref", set=["1"]), "correct kwargs"),
        (own("expect_column_values_to_match_regex", column="name", regex="("), "could not be run"),
        (own("expect_column_values_to_be_between", column="name", min_value=3), "could not be run"),
    ],
)
def test_a_wrong_rule_is_refused_by_data_set_and_remedy(check, contract, words):
    assert any(words in problem for problem in problems_of(contract))  # and without data
    with pytest.raises(RegionError) as refusal:
        check(with_row(name=SECRET), contract)
    assert words in str(refusal.value) and "visits" in str(refusal.value) and "Own rule" in str(refusal.value)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "contract",
    [
        own("expect_column_distinct_values_to_be_in_set", column="name", value_set=["x"]),
        own("expect_column_max_to_be_between", column="cost", max_value=1),
        own("expect_column_values_to_match_regex", column="name", regex="^never$"),
        own("expect_column_most_common_value_to_be_in_set", column="name", value_set=["x"]),
        own("expect_column_pair_values_to_be_equal", column_A="name", column_B="kind"),
        own(
            "expect_column_values_to_be_in_set",
            column="name",
            value_set=["x"],
            row_condition='kind=="A"',
            condition_parser="pandas",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:.*row_condition parameter|.*condition_parser parameter:DeprecationWarning")
def test_no_value_of_a_row_is_in_outcomes_pages_state_logs_or_output(check, contract, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        result = check((*with_row(name=SECRET, cost=987654.0), ("R005", None, None, SECRET, SECRET, SECRET)), contract)
    assert "own_rule" in failed(result)
    written = "".join(path.read_text() for path in check.home.root.rglob("*") if path.is_file())
    out, err = capfd.readouterr()
    for text in (repr(result), written, caplog.text, out, err):
        assert SECRET not in text and "987654" not in text


def test_pages_name_no_host_and_are_equal_for_equal_results(check):
    check(with_row(name=None))
    page = page_path(check.home, "visits")
    before = page.read_bytes()
    check(with_row(name=None))
    assert page.read_bytes() == before and b"name is never empty" in before and b"blocking" in before
    for path in (page, index_path(check.home)):
        assert "http" not in path.read_text() and "//" not in path.read_text()


def test_the_list_of_pages_links_every_data_set_with_its_last_outcome(check):
    check(with_row(name=None))
    check(contract=dataclasses.replace(CONTRACT, dataset="stays", title="Stays"))
    listed = index_path(check.home).read_text()
    assert listed.index('href="stays/index.html"') < listed.index('href="visits/index.html"')
    assert "11 of 11" in listed and "10 of 11" in listed


def test_validation_opens_no_connection(check, monkeypatch):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert failed(check()) == {}

"""People's rights on a whole night: who opted out is in no tier, a report tells all, an erased person is nowhere."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from settings.paths import Home
from tests.pipeline.night import Installation

pytestmark = [pytest.mark.pipeline]


@pytest.fixture(scope="module")
def erased(
    one_night: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, str, str]]:
    """A copy of the night from which one person was erased; her or his id and NHS number."""
    root = tmp_path_factory.mktemp("erased") / "home"
    shutil.copytree(one_night.home.root, root, symlinks=True, copy_function=shutil.copy2)
    person, number = _somebody(one_night)
    copy = Installation(Home(root), one_night.region)
    copy.mvld("erase", person, "--yes", "--no-run")
    yield copy, person, number


def _somebody(night: Installation) -> tuple[str, str]:
    """A person whom many data sets know and who alone bears an NHS number."""
    ((person, number),) = night.identity("""
        select person_id, max(nhs_number)
        from linkage.persons join identity.person_records as records using (record_id)
        group by person_id having count(distinct nhs_number) = 1
        order by count(distinct records.dataset) desc, person_id limit 1
    """)
    return person, number


def test_who_opted_out_is_in_no_covered_data_set_and_is_never_said_to_be_none(one_night: Installation) -> None:
    with duckdb.connect() as both:
        both.execute(f"attach '{one_night.home.identity_db}' as identity_store (read_only)")
        both.execute(f"attach '{one_night.home.warehouse_db}' as warehouse (read_only)")
        (people,) = both.execute(
            "select count(distinct person_id) from identity_store.rights.opted_out"
        ).fetchone() or (0,)
        assert people > 10
        for table in ("linked.record", "linked.measure", "linked.person_dataset", "tiers.person_full"):
            (found,) = both.execute(
                f"select count(*) from warehouse.{table} semi join identity_store.rights.opted_out "
                "using (person_id, dataset)"
            ).fetchone() or (None,)
            assert found == 0, table
        statuses = both.execute(
            "select distinct status from warehouse.tiers.person_known_to semi join identity_store.rights.opted_out "
            "using (person_id, dataset)"
        ).fetchall()
        assert statuses == [("not_covered",)]
        (left_out,) = both.execute(
            "select count(*) from identity_store.linkage.persons semi join identity_store.rights.opted_out "
            "using (person_id, dataset)"
        ).fetchone() or (0,)
        assert left_out > 20
        (told,) = both.execute(
            "select sum(records) from identity_store.rights.opt_out_count where list = 'national_data_opt_out'"
        ).fetchone() or (0,)
        assert told > 20


def test_a_subject_report_has_every_record_and_who_holds_them_in_a_file_of_ones_own(
    one_night: Installation, tmp_path: Path
) -> None:
    person, number = _somebody(one_night)
    output = tmp_path / "report.json"
    done = one_night.mvld("subject-report", "--nhs-number", number, "--output", str(output))
    assert number not in done.stdout + done.stderr
    assert output.stat().st_mode & 0o777 == 0o600
    report = json.loads(output.read_text())
    ((records,),) = one_night.identity(f"select count(*) from linkage.persons where person_id = '{person}'")
    assert report["person_id"] == person
    assert len(report["records"]) == records
    assert any(number in json.dumps(record["values"]) for record in report["records"])
    assert {row["tier"] for row in report["tiers"]} >= {"person_known_to", "person_full"}
    assert all(row["agreement"] for row in report["shares"])
    again = one_night.mvld("subject-report", person, "--output", str(output), check=False)
    assert again.returncode == 1


def test_an_erased_person_is_in_no_table_no_file_and_no_release(erased: tuple[Installation, str, str]) -> None:
    night, person, number = erased
    assert not night.home.current.exists()
    assert not list(night.home.published.glob("2*"))
    for path in night.home.root.rglob("*"):
        if path.is_file() and night.home.truth not in path.parents and "opt_outs" not in path.parts:
            assert number.encode() not in path.read_bytes(), path.relative_to(night.home.root)
    for table in ("persons", "households", "id_registry", "review_queue", "person_history"):
        ((found,),) = night.identity(f"select count(*) from linkage.{table} as t where t::varchar like '%{person}%'")
        assert found == 0, table
    ((left,),) = night.identity("select count(distinct person_id) from linkage.persons")
    assert left > 1_000
    (receipt,) = (json.loads(path.read_text()) for path in night.home.identity.glob("erased/erasure-*.json"))
    assert receipt["rows"] >= receipt["records"] > 1
    assert person not in json.dumps(receipt)


def test_the_same_file_sent_again_does_not_bring_an_erased_person_back(
    erased: tuple[Installation, str, str], one_night: Installation
) -> None:
    from ingestion.contract_reader import read_contracts
    from ingestion.ingest import ingest_dataset

    night, _, number = erased
    (sent,) = one_night.home.landing.rglob("gp_register*")
    back = night.home.landing / sent.relative_to(one_night.home.landing)
    shutil.copy(sent, back.with_name(sent.name.replace("06-01", "06-02")))
    contract = read_contracts(night.region / "contracts")["gp_register"]
    result = ingest_dataset(contract, night.home)
    assert any("erased" in note for receipt in result.receipts for note in receipt.notes)
    assert result.rows_accepted > 1_000
    found = duckdb.sql(f"select count(*) from '{result.snapshot}' as t where t::varchar like '%{number}%'").fetchone()
    assert found == (0,)

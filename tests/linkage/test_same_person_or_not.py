"""Hard cases, each two records and the reason why they are one person or two: tests/linkage/hard_cases.csv."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from linkage.run import link
from settings.duck import connect
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, quick_policies, rows, write_query

HERE = Path(__file__).parent
CASES: dict[str, list[dict[str, str]]] = defaultdict(list)
for line in csv.DictReader((HERE / "hard_cases.csv").open(encoding="utf-8")):
    CASES[line["case"]].append(line)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A store with the hard cases among 1,500 made-up people, linked."""
    folder = tmp_path_factory.mktemp("hard_cases")
    home = Home(folder)
    write_query(home, (HERE / "background.sql").read_text(encoding="utf-8").format(people=1500))
    with connect(home.identity_db) as connection:
        for case, pair in CASES.items():
            for number, record in enumerate(pair):
                values = {name: value or None for name, value in record.items() if name not in ("case", "same", "why")}
                values |= {"record_id": f"{case} {number}", "dataset": ("gp", "care")[number]}
                names = ", ".join(values)
                connection.execute(
                    f"insert into identity.person_records ({names}, last_seen_date) "
                    f"values ({', '.join('?' * len(values))}, ?)",
                    [*values.values(), date(2026, 6, 1)],
                )
    link(home, policies=quick_policies(folder / "policies"), as_of=AS_OF)
    return home


@pytest.mark.parametrize("case", CASES)
def test_hard_case_is_judged_right(linked: Home, case: str) -> None:
    found = rows(linked, f"select person_id from linkage.persons where record_id in ('{case} 0', '{case} 1')")
    assert len(found) == 2
    assert (found[0] == found[1]) is (CASES[case][0]["same"] == "yes"), CASES[case][0]["why"]


def test_most_of_the_made_up_people_are_found_again(linked: Home) -> None:
    (right,) = rows(
        linked,
        """
        select count(*)
        from linkage.persons as gp
        join linkage.persons as care on replace(gp.record_id, 'gp', 'care') = care.record_id
        where gp.record_id like 'background-gp-%' and gp.person_id = care.person_id
        """,
    )[0]
    assert right > 0.98 * 1500


def test_a_record_keeps_the_reason_of_its_best_pair(linked: Home) -> None:
    reasons = dict(rows(linked, "select record_id, match_reason from linkage.persons where record_id like '% 0'"))
    assert "given_name: nickname" in reasons["nickname 0"]
    assert "birth_date: day and month swapped" in reasons["day and month swapped 0"]
    assert reasons["twins 0"] is None


def test_no_person_holds_two_nhs_numbers(linked: Home) -> None:
    assert not rows(
        linked,
        """
        select person_id from linkage.persons join identity.person_records using (record_id)
        group by person_id having count(distinct nhs_number) > 1
        """,
    )


def test_charts_are_pages_that_ask_no_network_and_show_no_record(linked: Home) -> None:
    pages = sorted((linked.reports / "linkage").glob("*.html"))
    assert [page.name for page in pages] == [
        "match_weights.html",
        "unlinkables.html",
        "waterfall_of_made_up_pairs.html",
    ]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "vegaEmbed" in text
        assert "<script src" not in text and "cdn.jsdelivr" not in text.split("vegaEmbed(document")[1]
        assert "THISTLEWOOD" not in text and "9000000001" not in text

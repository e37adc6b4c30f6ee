"""Nights laid side by side, by one who knows which places did not change, tell no more than one of them."""

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from tests.sharing.attacker import PLACES, atoms, cells, matrix_of, solve, together
from tests.sharing.place_release import release
from tests.sharing.random_places import fill

LEAST_VALUES = 3


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def _night(first: int, second: int) -> pd.DataFrame:
    """Four people on the list in PC0, which never changes, and so many in PC1 and PC2 of the same ward."""
    known = {"PC0": 4, "PC1": first, "PC2": second}
    people = pd.DataFrame(
        [
            (postcode, f"S{postcode[-1]}", f"{postcode}{n}", n < number)
            for postcode, number in known.items()
            for n in range(25)
        ],
        columns=["postcode", "usrn", "person_id", "is_known"],
    )
    status, rag, code = (people.is_known.map({True: value, False: None}) for value in ("current", "green", "A"))
    return people.drop(columns="is_known").assign(ward_code="W0", sex="F", status=status, rag=rag, code=code)


# the ward shows 20, so that PC0 has 4 at least; then 10, of which PC1 has 8, so that PC0 has 4 at most
NIGHTS = [_night(7, 7), _night(8, 0)]
WANTED = {"postcode": "PC0", "status": "current"}


def _values(connection, *, remembered_days: int) -> list[int]:
    """Among how many values each count of the four people is, for who holds both nights."""
    told = []
    for number, night in enumerate(NIGHTS):
        fill(
            connection,
            night,
            left_out_share=0,
            least_values=LEAST_VALUES,
            remembered_days=remembered_days,
            as_of=f"2026-06-0{number + 1}",
        )
        told.append(list(dict.fromkeys(cells(release(connection)))))
    kinds = atoms(sorted(set(NIGHTS[0][list(PLACES)].itertuples(index=False, name=None))))
    matrix = together(NIGHTS[0], [matrix_of(known, kinds) for known in told], busy=("PC1", "PC2"))
    wanted = [n for n, cell in enumerate(told[0]) if cell.is_told and dict(cell.facts) == WANTED]
    bounds = solve([cell for known in told for cell in known], matrix, wanted)
    assert all(least <= 4 <= most for least, most in bounds.values())
    return [most - least + 1 for least, most in bounds.values()]


def test_what_an_earlier_night_told_is_remembered(connection):
    assert min(_values(connection, remembered_days=0)) < LEAST_VALUES, "without memory two nights tell too much"


def test_two_nights_together_keep_the_values_promised(connection):
    assert min(_values(connection, remembered_days=28)) >= LEAST_VALUES


def _tell(connection, night: pd.DataFrame, as_of: str, days: int = 28) -> tuple[list, ...]:
    fill(connection, night, left_out_share=0, least_values=LEAST_VALUES, remembered_days=days, as_of=as_of)
    return tuple(
        connection.sql(f"from linked.{table} order by all").fetchall() for table in ("complementary", "remembered")
    )


def test_a_night_done_again_tells_and_remembers_the_same(connection):
    _tell(connection, NIGHTS[0], "2026-06-01")
    once = _tell(connection, NIGHTS[1], "2026-06-02")
    assert _tell(connection, NIGHTS[1], "2026-06-02") == once


def test_nights_are_forgotten_when_twice_the_days_have_passed_but_for_the_last(connection):
    def nights() -> set[str]:
        return {str(day) for (day,) in connection.execute("select distinct told_on from linked.remembered").fetchall()}

    _tell(connection, NIGHTS[0], "2026-06-01", days=7)
    assert nights() == {"2026-06-01"}
    _tell(connection, NIGHTS[1], "2026-09-01", days=7)
    assert len(nights()) == 2, "the last night is remembered however old"
    _tell(connection, NIGHTS[1], "2026-09-02", days=7)
    assert min(nights()) > "2026-08-01"


def test_counts_carry_their_own_room(connection):
    _tell(connection, NIGHTS[0], "2026-06-01")
    found = connection.execute(
        "select up, down from linked.remembered where tier = 'ward_known_to' and name = 'people_current'"
    ).fetchall()
    withheld = connection.execute(
        "select count(*) from linked.complementary where tier = 'ward_known_to' and name = 'people_current'"
    ).fetchone()[0]
    assert found == ([(1_000_000, 1_000_000)] if withheld else [(4, 0)]), "18 is shown as 20, as are 19 to 22"

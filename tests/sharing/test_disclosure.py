"""What docs/disclosure.md promises, held against the project's own SQL on random small regions."""

from collections.abc import Iterator
from random import Random

import duckdb
import pandas as pd
import pytest

from tests.sharing.attacker import Cell, atoms, cells, matrix_of, propagate, solve, truth
from tests.sharing.place_release import release, times_counted
from tests.sharing.random_places import DATASET, draw_region, fill, next_night

LEFT_OUT = 0.25  # as in region/policies/disclosure.csv
GUARANTEE = 8  # values that every count keeps
REGIONS = range(25)
NIGHTS = 10


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def _people(frame: pd.DataFrame) -> list[dict[str, object]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _times(connection: duckdb.DuckDBPyConnection, dataset: str = DATASET) -> dict[str, int]:
    draw = times_counted(dataset, LEFT_OUT)
    return dict(connection.execute(f"select person_id, {draw} from linked.person").fetchall())


def _left_out_everywhere(connection: duckdb.DuckDBPyConnection, number: int) -> list[str]:
    """Ids that count neither in the list nor among residents."""
    draws = [f"{times_counted(name, LEFT_OUT)} = 0" for name in (DATASET, "people living")]
    query = f"""select person_id from (select 'Q' || range as person_id from range(1000))
        where {" and ".join(draws)} limit {number}"""
    return [row[0] for row in connection.execute(query).fetchall()]


def _with_more(connection: duckdb.DuckDBPyConnection, night: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The region with seven people more, who do not count, in one of its cells."""
    listed = night[night.status.notna()]
    likeness = listed.iloc[Random(seed).randrange(len(listed))]
    hidden = _left_out_everywhere(connection, GUARANTEE - 1)
    return pd.concat([night, pd.DataFrame([{**likeness, "person_id": person} for person in hidden])])


@pytest.mark.parametrize("seed", REGIONS)
def test_eight_different_truths_lie_behind_every_count(connection, seed):
    """The proof, executed: with up to seven people more in a cell every place tier is the same, row by row."""
    region = draw_region(seed)
    fill(connection, region, left_out_share=LEFT_OUT)
    released = release(connection)
    fill(connection, _with_more(connection, region, seed), left_out_share=LEFT_OUT)
    assert release(connection) == released, "seven people more can be told"


def test_eight_different_truths_lie_behind_ten_nights_together(connection):
    """The same seven people more on every night: no night tells them, so no comparison of nights does."""
    night = draw_region(7)
    for number in range(NIGHTS):
        fill(connection, night, left_out_share=LEFT_OUT)
        released = release(connection)
        fill(connection, _with_more(connection, night, 7), left_out_share=LEFT_OUT)
        assert release(connection) == released, f"night {number}"
        night = next_night(night, number)


def test_without_the_draw_the_same_people_can_be_told(connection):
    """The test above can fail: where everybody counts once, seven people more do show."""
    night = draw_region(1)
    known = night[night.status == "current"].iloc[0]
    more = pd.DataFrame([{**known, "person_id": person} for person in _left_out_everywhere(connection, 7)])
    fill(connection, night, left_out_share=0)
    released = release(connection)
    fill(connection, pd.concat([night, more]), left_out_share=0)
    assert release(connection) != released


def test_two_who_count_once_cannot_be_told_from_one_who_counts_twice(connection):
    """Downwards: the true count can be as small as half of what was counted."""
    frame = pd.concat([draw_region(seed) for seed in range(6)], ignore_index=True)
    fill(connection, frame, left_out_share=LEFT_OUT)
    released, listed = release(connection), _times(connection)
    living = _times(connection, "people living")
    kinds = frame.assign(once=frame.person_id.map(listed), home=frame.person_id.map(living))
    once = kinds[(kinds.once == 1) & (kinds.home == 1) & (kinds.status == "current")]
    same = ["postcode", "usrn", "sex", "rag", "code"]
    pair = next(group.index[:2] for _, group in once.groupby(same, dropna=False) if len(group) > 1)
    draws = [f"{times_counted(name, LEFT_OUT)} = 2" for name in (DATASET, "people living")]
    twice = connection.execute(
        f"select person_id from (select 'Q' || range as person_id from range(1000)) where {' and '.join(draws)} limit 1"
    ).fetchone()[0]
    other = frame.drop(pair[1])
    other.loc[pair[0], "person_id"] = twice
    fill(connection, other, left_out_share=LEFT_OUT)
    assert release(connection) == released


def _attack(
    connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame, share: float
) -> tuple[list[Cell], list[int], dict]:
    """The cells told, numbers of those that are truly small, and the attacker's bounds of them."""
    fill(connection, frame, left_out_share=share)
    known = list(dict.fromkeys(cells(release(connection), living=share == 0)))
    people = _people(frame)
    matrix = matrix_of(known, atoms(sorted({(row["postcode"], row["ward_code"], row["usrn"]) for row in people})))
    small = [number for number, cell in enumerate(known) if 1 <= truth(cell, people) <= 7]
    chosen = sorted(Random(0).sample(small, min(12, len(small))))
    return (
        known,
        chosen,
        {"spreadsheet": propagate(known, matrix), "programme": solve(known, matrix, chosen, whole=False)},
    )


@pytest.mark.parametrize("seed", range(2))
def test_the_attackers_bounds_hold_the_truth_where_nothing_is_drawn(connection, seed):
    """The attacker is sound: with suppress-and-round alone its bounds are right, and narrower than the threshold's."""
    frame = draw_region(seed)
    known, chosen, bounds = _attack(connection, frame, 0)
    people = _people(frame)
    for number in chosen:
        exact = truth(known[number], people)
        for least, most in (bounds["spreadsheet"][number], bounds["programme"][number]):
            assert least <= exact <= most
    narrowed = [number for number in chosen if bounds["programme"][number][1] - bounds["programme"][number][0] < 6]
    assert narrowed, "suppress-and-round alone gives something away"


@pytest.mark.parametrize("seed", range(2))
def test_what_the_attacker_bounds_is_the_draw_and_not_the_truth(connection, seed):
    """With the draw, the same programme bounds the counted people; of the true ones at least eight values are left."""
    frame = draw_region(seed)
    known, chosen, bounds = _attack(connection, frame, LEFT_OUT)
    times = _times(connection)
    people = _people(frame)
    for number in chosen:
        least, most = bounds["programme"][number]
        counted = truth(known[number], people, lambda person: times[person["person_id"]])
        assert least <= counted <= most, "everything released agrees with one draw"


def test_a_person_counts_once_on_average_and_alike_in_every_region(connection):
    connection.execute(
        "create table drawn as select 'P' || lpad(range::varchar, 8, '0') as person_id from range(50000)"
    )
    draw = times_counted(DATASET, LEFT_OUT)
    mean, spread, least, most = connection.execute(
        f"select avg(t), var_pop(t), min(t), max(t) from (select {draw} as t from drawn)"
    ).fetchone()
    assert (least, most) == (0, 2)
    assert mean == pytest.approx(1, abs=0.02) and spread == pytest.approx(2 * LEFT_OUT, abs=0.02)
    other = times_counted("another", LEFT_OUT)
    alike = connection.execute(f"select avg(({draw} = {other})::int) from drawn").fetchone()[0]
    assert alike == pytest.approx(0.375, abs=0.02), "two data sets draw apart"
    assert connection.execute(f"select distinct {times_counted(DATASET, 0)} from drawn").fetchall() == [(1,)]


def test_a_mean_that_two_people_make_up_is_withheld(connection):
    frame = draw_region(5).assign(postcode="PC0", ward_code="W0", usrn="S0")
    fill(connection, frame, left_out_share=0)
    insert = """insert into linked.measure select person_id, '{0}', 'person', null, ward_code, '{1}', 'number', false,
        '0', if(row_number() over (order by person_id) <= 2, {2}, 1), 'current', true, null from linked.person"""
    connection.execute(insert.format(DATASET, "even", 1))
    connection.execute(insert.format(DATASET, "dear", 100_000))
    rows = {row["measure"]: row for row in release(connection)["ward_full"] if row["code"] == "all"}
    assert rows["even"]["value_mean"] == 1.0 and rows["even"]["value_reason"] is None
    assert rows["dear"]["value_mean"] is None and rows["dear"]["value_reason"] == "dominated"

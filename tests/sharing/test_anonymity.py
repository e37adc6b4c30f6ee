"""k and l as a person would count them, on random tables."""

from collections import defaultdict

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from sharing.anonymity import REPORT, Limit, hold_back, measure_classes, report, without_held_back

rows = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6"]),
        st.sampled_from(["0-4", "85+", None]),
        st.sampled_from(["alpha", "beta"]),
        st.sampled_from(["m1", "m2"]),
        st.sampled_from(["x", "y", None]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(1, 3), st.integers(1, 2))
def test_nobody_under_the_limits_is_released_and_everybody_held_back_is_counted(found, k, least_different):
    limits = {"alpha": Limit(k, least_different), "beta": Limit(1, 1)}
    alike = defaultdict(set)
    told = defaultdict(lambda: defaultdict(set))
    for person, age, dataset, measure, code in found:
        alike[dataset, age].add(person)
        told[dataset, age][measure].add(code)
    kept = sorted(
        (row for row in found if _is_kept(limits[row[2]], alike[row[2], row[1]], told[row[2], row[1]])), key=str
    )
    with duckdb.connect() as connection:
        connection.execute(f"create schema about; {REPORT}")
        connection.execute(
            """create table cells (person_id varchar, age_band varchar, sex varchar, ward_code varchar,
            dataset varchar, measure varchar, code varchar)"""
        )
        for person, age, dataset, measure, code in found:
            connection.execute(
                "insert into cells values (?, ?, 'F', null, ?, ?, ?)", [person, age, dataset, measure, code]
            )
        measure_classes(connection, level="person", detail="coded", source="cells")
        hold_back(connection, limits)
        released = connection.execute(
            f"""select person_id, age_band, dataset, measure, code
            from ({without_held_back("select * from cells", level="person")})"""
        ).fetchall()
        assert sorted(released, key=str) == kept
        assert report(connection, "person_coded", limits) == len(found) - len(kept)
        smallest = dict(connection.execute("select dataset, smallest_k from about.anonymity").fetchall())
    for dataset in limits:
        sizes = [
            len(people)
            for (name, age), people in alike.items()
            if name == dataset and _is_kept(limits[dataset], people, told[name, age])
        ]
        assert smallest[dataset] == (min(sizes) if sizes else None)


def _is_kept(limit: Limit, people: set, told: dict) -> bool:
    return len(people) >= limit.k and min(len(codes) for codes in told.values()) >= limit.l

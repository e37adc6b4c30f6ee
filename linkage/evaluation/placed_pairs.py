"""The stored pairs beside the persons that their records are in: read once for everything that judges linkage."""

from typing import Any

from linkage.store import STORE


def place_pairs(work: Any) -> None:
    """Make tables `member` and `placed` of the stored persons and pairs.

    member: record_id, person_id, person_no, record_no (both 1.. in the order of their ids), dataset, match_probability.
    placed: record_l, record_r, person_l, person_r (numbers), match_probability.
    """
    work.execute(f"""
        create or replace temp table member as
        with person as (
            select person_id, row_number() over (order by person_id)::integer as person_no
            from (select distinct person_id from {STORE}.linkage.persons)
        )
        select
            record_id, person_id, person_no, row_number() over (order by record_id)::integer as record_no,
            dataset, match_probability
        from {STORE}.linkage.persons join person using (person_id);

        create or replace temp table placed as
        select
            l.record_no as record_l, r.record_no as record_r, l.person_no as person_l, r.person_no as person_r,
            pairs.match_probability
        from {STORE}.linkage.pairs as pairs
        join member as l on record_id_l = l.record_id
        join member as r on record_id_r = r.record_id;
    """)

"""Records that say too little to be linked to anything: even a perfect copy of one would score below the threshold."""

from dataclasses import dataclass
from typing import Any

from linkage.engine import open_linker
from linkage.prepare import prepare_records
from linkage.store import STORE

SAMPLE = 10_000  # records, chosen by hash; shares of so many are known to within one percentage point


@dataclass(frozen=True)
class Unlinkable:
    """Of `records` sampled records of a data set, the share that cannot be linked at the threshold."""

    dataset: str
    records: int
    share: float


def find_unlinkables(work: Any, model: dict[str, Any], *, threshold: float) -> list[Unlinkable]:
    """Score a sample of the person records against copies of themselves; one answer per data set, by name.

    Makes tables `person_records` and `record` of the sample in the working database. Empty without a trained model.
    """
    if not model.get("comparisons"):
        return []
    work.execute(f"""
        create or replace table person_records as
        select * from {STORE}.identity.person_records
        where hash(record_id) % greatest(1, (select count(*) from {STORE}.identity.person_records) // {SAMPLE}) = 0
        order by record_id
    """)
    prepared = prepare_records(work, max_block_size=2, max_loose_block_size=2)
    if not prepared.records:
        return []
    work.execute(f"""
        create or replace table doubled as
        select * from record
        union all
        select * replace (record_no + {prepared.records} as record_no) from record
        order by record_no
    """)
    alone = {"blocking_rule": "l.record_id = r.record_id", "sql_dialect": "duckdb"}
    linker = open_linker(work, model | {"blocking_rules_to_generate_predictions": [alone]}, table="doubled")
    scored = linker.inference.predict(warning_mode="never")
    rows = work.execute(f"""
        select dataset, count(*), avg((coalesce(match_probability, 0) < {threshold})::integer)
        from record left join {scored.physical_name} on record_no = record_no_l
        group by dataset order by dataset
    """).fetchall()
    scored.drop_table_from_database_and_remove_from_cache()
    return [Unlinkable(dataset, records, round(share, 6)) for dataset, records, share in rows]

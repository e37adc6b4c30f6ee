"""Records that say too little to be linked to anything: even a perfect copy of one would score below the threshold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.frequencies import read_frequencies
from linkage.policy import LinkagePolicy
from linkage.predict import score_candidates
from linkage.prepare import prepare_forms
from linkage.store import STORE

SAMPLE = 10_000  # records, chosen by hash; shares of so many are known to within one percentage point


@dataclass(frozen=True)
class Unlinkable:
    """Of `records` sampled records of a data set, the share that cannot be linked at the threshold."""

    dataset: str
    records: int
    share: float


def find_unlinkables(work: Any, model: dict[str, Any], frequencies: Path, *, policy: LinkagePolicy) -> list[Unlinkable]:
    """Score a sample of the person records against copies of themselves; one answer per data set, by name.

    frequencies: the folder of the model's version. Makes tables `person_records` and `record` of the sample, and what
    scoring makes, in the working database. Empty without a trained model.
    """
    if not model.get("comparisons"):
        return []
    work.execute(f"""
        create or replace table person_records as
        select * from {STORE}.identity.person_records
        where hash(record_id) % greatest(1, (select count(*) from {STORE}.identity.person_records) // {SAMPLE}) = 0
        order by record_id
    """)
    records = prepare_forms(work).records
    if not records:
        return []
    work.execute(f"""
        insert into record select * replace (record_no + {records} as record_no) from record order by record_no;
        create or replace table candidate as
        select record_no as record_no_l, record_no + {records} as record_no_r
        from record where record_no <= {records} order by record_no
    """)
    read_frequencies(work, model, frequencies)
    score_candidates(work, model, policy=policy)
    rows = work.execute(f"""
        select dataset, count(*), avg((coalesce(match_probability, 0) < {policy.match_threshold})::integer)
        from record left join pair on record_no = record_no_l
        where record_no <= {records}
        group by dataset order by dataset
    """).fetchall()
    return [Unlinkable(dataset, sampled, round(share, 6)) for dataset, sampled, share in rows]

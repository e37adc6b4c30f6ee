"""Whether the outcome came to each unit: in the period that models are fitted on, and in the later one that judges.

Both periods lie after the release whose tiers are valued, so no signal knows them. An outcome comes from records of
later extracts, through linkage as it is; the demo may read its truth instead, for what no book says.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkage.evaluation.evaluate import RECORD_ID
from settings.duck import quoted
from settings.paths import Home
from valuation.actions import Action, OutcomeRecords

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """1 where the outcome came, else 0, per unit: in the window after the release, and in the window after that."""

    fitted: Vector
    judged: Vector


def read_outcomes(work: Any, action: Action, home: Home) -> Outcomes | str:
    """The outcomes of the units in the temporary table `unit`, or a sentence that says why they are not known.

    An outcome that comes to a member comes to the household.
    """
    is_truth = action.outcome.source == "demo_truth"
    missing = _read_truth(work, action, home) if is_truth else _read_records(work, action)
    if missing:
        return missing
    key = f"{action.unit}_id"
    found = work.execute(
        f"""with came as (
            select {key}, max(fitted) as fitted, max(judged) as judged from came
            join warehouse.linked.person using (person_id) where {key} is not null group by 1
        )
        select coalesce(fitted, 0)::double as fitted, coalesce(judged, 0)::double as judged
        from unit left join came using ({key}) order by unit_no"""
    ).fetchnumpy()
    return Outcomes(*(np.asarray(np.ma.filled(found[name], 0.0), dtype=np.float64) for name in ("fitted", "judged")))


def _read_truth(work: Any, action: Action, home: Home) -> str | None:
    """Temporary table `came` (person_id, fitted, judged), from the demo's truth.

    A true person's outcome comes to the linked person with most of their records: where linkage split or merged
    people, it goes astray as it would in life.
    """
    people, records = home.truth / "people.parquet", home.truth / "records.parquet"
    first, second = (f"{action.outcome.name}_{when}" for when in ("year_after", "second_year_after"))
    if not people.exists() or not records.exists():
        return "the truth of a demo region is not there"
    columns = {row[0] for row in work.execute(f"describe from read_parquet({quoted(people)})").fetchall()}
    if missing := [name for name in (first, second) if name not in columns]:
        return f"the truth has no column {missing[0]}"
    work.execute(f"""
        create or replace temp table came as
        with truth as (
            select {RECORD_ID} as record_id, any_value(true_person_id) as true_person_id
            from read_parquet({quoted(records)}) group by 1
        ),
        link as (
            select true_person_id, person_id, count(*) as records
            from truth join warehouse.linked.record using (record_id) where person_id is not null group by all
        ),
        main as (
            select true_person_id, person_id from link
            qualify row_number() over (partition by true_person_id order by records desc, person_id) = 1
        )
        select person_id, max(({first} > 0)::integer) as fitted, max(({second} > 0)::integer) as judged
        from main join read_parquet({quoted(people)}) using (true_person_id) group by 1
    """)
    return None


def _read_records(work: Any, action: Action) -> str | None:
    """Temporary table `came` (person_id, fitted, judged), from records that began after the release."""
    records, days = action.outcome.records, action.outcome.window_days
    assert records is not None  # the reader of actions refuses that
    (known_until,) = work.execute(
        "select max(extract_date) from warehouse.linked.dataset where dataset = ?", [records.dataset]
    ).fetchone()
    (released,) = work.execute("select as_of::date from release.about.release").fetchone()
    if known_until is None or (known_until - released).days < 2 * days:
        return (
            f"{records.dataset} must reach {2 * days} days beyond a release, and none kept is so old; "
            f"the release in force is of {released}"
        )
    work.execute(
        f"""
        create or replace temp table came as
        with found as (
            {_events(records)}
        )
        select
            person_id,
            max((day - $released between 1 and $days)::integer) as fitted,
            max((day - $released between $days + 1 and 2 * $days)::integer) as judged
        from found where person_id is not null group by 1
        """,
        {"released": released, "days": days, **_named(records)},
    )
    return None


def _events(records: OutcomeRecords) -> str:
    began = (
        "select record.person_id, coalesce(record.event_date, record.valid_from) as day from warehouse.linked.record"
    )
    if records.measure is None:
        return f"{began} where record.dataset = $dataset"
    matches = "record.dataset = $dataset and measure.measure = $measure"
    if records.code is not None:
        matches += " and measure.code = $code"
    return f"{began} join warehouse.linked.measure as measure using (record_id) where {matches}"


def _named(records: OutcomeRecords) -> dict[str, str]:
    given = {"dataset": records.dataset, "measure": records.measure, "code": records.code}
    return {name: value for name, value in given.items() if value is not None}

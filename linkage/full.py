"""All records scored with the model in use, and what was scored remembered for the nights that follow.

A night that scores only what changed is `incremental.py`; how a pair is scored is `predict.py`.
"""

from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage.blocking import KEY_COLUMNS, Forecast, find_members, forecast, make_candidates, make_keys, refuse_over_cap
from linkage.deterministic import settle
from linkage.incremental import DIGEST
from linkage.policy import LinkagePolicy
from linkage.predict import score_candidates
from linkage.prepare import prepare_forms
from linkage.store import STORE, replace_pairs_view


def score_all(work: Any, settings: dict[str, Any], *, policy: LinkagePolicy) -> dict[str, Forecast]:
    """Make tables `record`, `record_key` and `pair` from all person records; return what each rule forecast.

    Needs the model's frequency tables. Raises UserError where a rule's candidate pairs exceed the policy's cap.
    """
    work.execute(f"""
        create table person_records as
        select record_id, dataset, {", ".join(IDENTITY_ROLES)} from {STORE}.identity.person_records
    """)
    prepared = prepare_forms(work)
    make_keys(work)
    find_members(work, policy)
    forecasts = forecast(work)
    refuse_over_cap(forecasts, policy=policy)
    make_candidates(work)
    work.execute("drop table member")
    settle(work, prepared, policy=policy)
    score_candidates(work, settings, policy=policy)
    return forecasts


def write_all(work: Any, *, version: str) -> None:
    """Replace the stored pairs, their reasons and `linkage.record_key`. Call it within the step's transaction."""
    work.execute(f"""
        create or replace table {STORE}.linkage.scored_pair as from pair order by record_no_l, record_no_r;
        create or replace table {STORE}.linkage.reason as from reason order by reason_no;

        create or replace table {STORE}.linkage.record_key as
        select record_no, record_id, {DIGEST} as digest, {", ".join(KEY_COLUMNS)}
        from record_key
        join (select record_no, record_id from record) using (record_no)
        join person_records using (record_id);
    """)
    replace_pairs_view(work, version)

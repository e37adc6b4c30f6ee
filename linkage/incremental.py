"""A night's changes: new, changed and gone records, the pairs they give and take away, written in place.

The result is that of scoring all records with the same model, pair by pair: `tests/linkage/test_incremental.py` proves
it over several nights. What was scored is remembered in `linkage.record_key`: per record a digest of its values and its
blocking keys. How pairs are scored is `predict.py`, how all records are `full.py`.
"""

from dataclasses import dataclass
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage.blocking import Forecast, make_keys, refuse_over_cap
from linkage.deterministic import settle
from linkage.lost_pairs import find_lost_pairs
from linkage.moved_keys import KEYS, find_members, find_moved_keys
from linkage.policy import LinkagePolicy
from linkage.predict import score_candidates
from linkage.prepare import prepare_forms
from linkage.store import STORE, replace_pairs_view

DIGEST = f"hash(dataset, {', '.join(IDENTITY_ROLES)})"  # of what scoring reads of a record; dates of extracts are not


@dataclass(frozen=True)
class Changes:
    """Records new, changed and gone since they were last scored."""

    new: int
    changed: int
    gone: int

    @property
    def all(self) -> int:
        return self.new + self.changed + self.gone


def find_changes(work: Any) -> Changes:
    """Make table `change` (record_id, kind 'new', 'changed' or 'gone', digest, record_no): new ones get new numbers."""
    work.execute(f"""
        create or replace table change as
        with tonight as (select record_id, {DIGEST} as digest from {STORE}.identity.person_records),
        known as (select record_id, record_no, digest from {STORE}.linkage.record_key),
        found as (
            select
                coalesce(tonight.record_id, known.record_id) as record_id,
                known.record_no as known_no,
                tonight.digest,
                case when known.record_no is null then 'new' when tonight.digest is null then 'gone' else 'changed' end
                    as kind
            from tonight full join known on tonight.record_id = known.record_id
            where tonight.digest is distinct from known.digest
        )
        select
            record_id, kind, digest,
            coalesce(
                known_no,
                (select coalesce(max(record_no), 0) from known)
                + row_number() over (partition by known_no is null order by record_id)
            )::integer as record_no
        from found
    """)
    counts = dict(work.execute("select kind, count(*) from change group by kind").fetchall())
    return Changes(counts.get("new", 0), counts.get("changed", 0), counts.get("gone", 0))


def rescore(work: Any, settings: dict[str, Any], *, policy: LinkagePolicy) -> dict[str, Forecast]:
    """Make tables `pair` over `record` (the pairs to add) and `removed` (the stored ones to take away).

    Needs `find_changes` and the model's frequency tables. Returns each rule's forecast. Raises UserError over the cap.
    """
    _changed_keys(work)
    find_moved_keys(work, policy)
    forecasts = find_members(work)
    refuse_over_cap(forecasts, policy=policy)
    _candidates(work)
    find_lost_pairs(work, policy)
    _removed_pairs(work)
    _records(work, "select record_id from involved")
    prepared = prepare_forms(work)
    _number_candidates(work)
    settle(work, prepared, policy=policy)
    score_candidates(work, settings, policy=policy)
    return forecasts


def write_changes(work: Any, *, version: str) -> None:
    """Take `removed` from the stored pairs, add `pair`, and bring `record_key` and `touched` up to date.

    Call it within the step's transaction.
    """
    pairs, reasons, keys = (f"{STORE}.linkage.{name}" for name in ("scored_pair", "reason", "record_key"))
    work.execute(f"""
        insert into {reasons}
        select
            (select coalesce(max(reason_no), 0) from {reasons}) + row_number() over (order by match_reason),
            match_reason
        from reason anti join {reasons} as known using (match_reason);

        create or replace temp table added as
        select
            l.known_no as record_no_l, r.known_no as record_no_r, match_weight, match_probability, known.reason_no
        from pair
        join numbered as l on record_no_l = l.record_no
        join numbered as r on record_no_r = r.record_no
        join reason on pair.reason_no = reason.reason_no
        join {reasons} as known on reason.match_reason = known.match_reason
        order by record_no_l, record_no_r;

        delete from {pairs} where rowid in (select pair_no from removed);
        insert into {pairs} from added;

        insert into {STORE}.linkage.touched
        with number as (
            select record_no_l as record_no from removed union select record_no_r from removed
            union select record_no_l from added union select record_no_r from added
        )
        select record_id from (
            select record_id from {keys} where record_no in (from number)
            union select record_id from change
        )
        where record_id not in (select record_id from {STORE}.linkage.touched)
        order by record_id;

        delete from {keys} where record_no in (select record_no from change);
        insert into {keys} by name from changed_key order by record_no;
    """)
    replace_pairs_view(work, version)


def _records(work: Any, ids: str) -> None:
    work.execute(f"""
        create or replace table person_records as
        select record_id, dataset, {", ".join(IDENTITY_ROLES)}
        from {STORE}.identity.person_records where record_id in ({ids})
    """)


def _changed_keys(work: Any) -> None:
    """Make tables `changed_key` (rows of linkage.record_key: new and changed) and `old_key` (changed and gone)."""
    _records(work, "select record_id from change where kind <> 'gone'")
    prepare_forms(work)
    make_keys(work)
    work.execute(f"""
        create or replace table changed_key as
        select change.record_no, change.record_id, change.digest, {KEYS}
        from record_key join record using (record_no) join change using (record_id);

        create or replace table old_key as
        select record_no, {KEYS} from {STORE}.linkage.record_key where record_no in (select record_no from change);
    """)


def _candidates(work: Any) -> None:
    """Make tables `to_score` (a < b: record numbers as in linkage.record_key) and `involved` (record_no, record_id)."""
    work.execute(f"""
        create or replace table to_score as
        select l.record_no as a, r.record_no as b, bool_or(l.is_changed or r.is_changed) as is_changed
        from member as l join member as r
            on l.rule_no = r.rule_no and l.block = r.block and l.record_no < r.record_no
        where l.is_changed or r.is_changed or l.is_whole
        group by all;

        create or replace table involved as
        with numbers as (select a as record_no from to_score union select b from to_score)
        select record_no, record_id from {STORE}.linkage.record_key
        where record_no in (select record_no from numbers) and record_no not in (select record_no from change)
        union all
        select record_no, record_id from changed_key where record_no in (select record_no from numbers);
    """)


def _number_candidates(work: Any) -> None:
    """Make table `candidate` in the numbers of table `record`, which follow record_id: `numbered` tells the known."""
    work.execute("""
        create or replace table numbered as
        select involved.record_no as known_no, record.record_no from involved join record using (record_id);

        create or replace table candidate as
        select
            least(l.record_no, r.record_no) as record_no_l, greatest(l.record_no, r.record_no) as record_no_r
        from to_score
        join numbered as l on a = l.known_no
        join numbered as r on b = r.known_no
        order by record_no_l, record_no_r
    """)


def _removed_pairs(work: Any) -> None:
    """Make table `removed` (pair_no, record_no_l, record_no_r) of the stored pairs that go.

    They are those of changed or gone records, those to be scored again, and those lost.
    """
    pairs = f"{STORE}.linkage.scored_pair"
    work.execute(f"""
        create or replace table removed as
        with known as (select record_no from change where kind <> 'new'),
        going as (
            select rowid as pair_no from {pairs} where record_no_l in (from known) or record_no_r in (from known)
            union
            select pairs.rowid from {pairs} as pairs join to_score
                on a = least(record_no_l, record_no_r) and b = greatest(record_no_l, record_no_r) and not is_changed
            union
            select pair_no from lost
        )
        select pairs.rowid as pair_no, record_no_l, record_no_r
        from {pairs} as pairs where pairs.rowid in (from going)
    """)

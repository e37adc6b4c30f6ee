"""A night's changes: new, changed and gone records, the pairs they give and take away, written in place.

The result is that of scoring all records with the same model, pair by pair: `tests/linkage/test_incremental.py` proves
it over several nights. What was scored is remembered in `linkage.record_key`: per record a digest of its values and its
blocking keys. How pairs are scored is `predict.py`, how all records are `full.py`.
"""

from dataclasses import dataclass
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage.blocking import KEY_COLUMNS, RULE_NO, Forecast, block_limits, make_keys, refuse_over_cap
from linkage.deterministic import VERIFIED_NUMBERS, settle
from linkage.policy import LinkagePolicy
from linkage.predict import score_candidates
from linkage.prepare import BLOCKING_KEYS, prepare_forms
from linkage.store import STORE, replace_pairs_view

KEYS = ", ".join(KEY_COLUMNS)
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
    _moved_keys(work, policy)
    forecasts = _members(work)
    refuse_over_cap(forecasts, policy=policy)
    _candidates(work)
    _lost_pairs(work, policy)
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


def _each_rule(template: str) -> str:
    """`template` for every blocking rule, all together: {no} its number, {key} its column."""
    return " union all ".join(
        template.format(no=f"{no}::utinyint", key=f"block_{name}") for name, no in RULE_NO.items()
    )


def _moved_keys(work: Any, policy: LinkagePolicy) -> None:
    """Make table `moved`: keys that a change brings or takes, how many records share them before and after.

    is_whole: all pairs of the key are to be looked at, not only the changed records', because the key did not block
    before, or because so many share a verified number that settling may go the other way.
    """
    limits = ", ".join(f"({RULE_NO[name]}, {limit})" for name, limit in block_limits(policy).items())
    numbers = ", ".join(str(RULE_NO[name]) for name in VERIFIED_NUMBERS)
    old = _each_rule(
        "select {no} as rule_no, {key} as block, 0 as came, 1 as went from old_key where {key} is not null"
    )
    new = _each_rule(
        "select {no} as rule_no, {key} as block, 1 as came, 0 as went from changed_key where {key} is not null"
    )
    work.execute(f"""
        create or replace table moving as
        select rule_no, block, sum(came)::bigint as came, sum(went)::bigint as went
        from ({old} union all {new}) group by rule_no, block
    """)
    _count_keys(work, "moving", "counted")
    work.execute(f"""
        create or replace table moved as
        with sized as (
            select moving.*, coalesce(records, 0) as before, coalesce(records, 0) - went + came as after, most
            from moving
            left join counted using (rule_no, block)
            join (values {limits}) as limits(rule_no, most) using (rule_no)
        )
        select
            *,
            before > most or (rule_no in ({numbers}) and greatest(before, after) > {policy.max_settled_size})
                as is_whole
        from sized
    """)


def _count_keys(work: Any, wanted: str, result: str) -> None:
    """Make table `result` (rule_no, block, records): how many scored records share each key of table `wanted`."""
    work.execute(
        f"create or replace table {result} as "
        + _each_rule(f"""
            select {{no}} as rule_no, {{key}} as block, count(*) as records
            from {STORE}.linkage.record_key
            where {{key}} in (select block from {wanted} where rule_no = {{no}})
            group by {{key}}
        """)
    )


def _members(work: Any) -> dict[str, Forecast]:
    """Make table `member` (rule_no, block, record_no, is_changed, is_whole) of the keys that give pairs to score."""
    work.execute("""
        create or replace table live as
        select rule_no, block, is_whole from moved where after between 2 and most and (came > 0 or is_whole)
    """)
    unchanged = _each_rule(f"""
        select {{no}} as rule_no, {{key}} as block, record_no, false as is_changed
        from {STORE}.linkage.record_key
        where {{key}} in (select block from live where rule_no = {{no}})
            and record_no not in (select record_no from change)
    """)
    changed = _each_rule(
        "select {no} as rule_no, {key} as block, record_no, true as is_changed from changed_key where {key} is not null"
    )
    work.execute(f"""
        create or replace table member as
        select found.*, is_whole from ({unchanged} union all {changed}) as found join live using (rule_no, block)
    """)
    counts = work.execute("""
        with sized as (
            select rule_no, block, count(*) as n, count(*) filter (not is_changed) as u, bool_or(is_whole) as is_whole
            from member group by all
        )
        select rule_no, sum(n * (n - 1) // 2 - if(is_whole, 0, u * (u - 1) // 2))::bigint, max(n)
        from sized group by rule_no order by rule_no
    """).fetchall()
    names = list(BLOCKING_KEYS)
    return {names[rule_no]: Forecast(pairs, most) for rule_no, pairs, most in counts if pairs}


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


def _lost_pairs(work: Any, policy: LinkagePolicy) -> None:
    """Make table `lost` (pair_no): stored pairs of unchanged records that no key gives any more.

    A key that too many share now blocks nothing; a pair that it gave stays only where another key gives it.
    """
    members = _each_rule(f"""
        select {{no}} as rule_no, {{key}} as block, record_no
        from {STORE}.linkage.record_key
        where {{key}} in (select block from moved where rule_no = {{no}} and before between 2 and most and after > most)
            and record_no not in (select record_no from change)
    """)
    work.execute(f"create or replace table closed as {members}")
    work.execute(f"""
        create or replace table suspect as
        with beside as (
            select distinct l.record_no as a, r.record_no as b
            from closed as l join closed as r
                on l.rule_no = r.rule_no and l.block = r.block and l.record_no < r.record_no
        )
        select a, b, pairs.rowid as pair_no
        from beside join {STORE}.linkage.scored_pair as pairs
            on a = least(record_no_l, record_no_r) and b = greatest(record_no_l, record_no_r)
    """)
    limits = ", ".join(f"({RULE_NO[name]}, {limit})" for name, limit in block_limits(policy).items())
    shared = _each_rule(
        "select a, b, {no} as rule_no, l.{key} as block from suspect "
        "join suspect_key as l on a = l.record_no join suspect_key as r on b = r.record_no and l.{key} = r.{key}"
    )
    work.execute(f"""
        create or replace table suspect_key as
        select record_no, {KEYS} from {STORE}.linkage.record_key
        where record_no in (select a from suspect union select b from suspect);
        create or replace table shared_key as {shared};
    """)
    _count_keys(work, "shared_key", "shared_size")
    work.execute(f"""
        create or replace table lost as
        with kept as (
            select distinct a, b
            from shared_key
            left join moved using (rule_no, block)
            left join shared_size using (rule_no, block)
            join (values {limits}) as limits(rule_no, most_records) using (rule_no)
            where coalesce(moved.after, shared_size.records) between 2 and most_records
        )
        select pair_no from suspect anti join kept using (a, b)
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

"""The four steps of linkage, each from stored tables to stored tables, and `link`, which takes them in order.

A step skips its work when its inputs, policy and code are what they were when it last finished. Logic belongs in the
modules that the steps call.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from linkage import store
from linkage.charts import write_charts
from linkage.cluster import cluster
from linkage.counts import ClusterCounts, HouseholdCounts, LinkResult, PairCounts, PersonCounts
from linkage.households import make_households
from linkage.id_registry import write_registry
from linkage.persons import make_persons
from linkage.policy import LinkagePolicy, read_policy
from linkage.predict import count_candidates, refuse_too_many, score
from linkage.prepare import prepare_records
from linkage.store import STORE
from linkage.train import train
from settings.files import write_json
from settings.paths import Home

Counts = TypeVar("Counts", PairCounts, ClusterCounts, PersonCounts, HouseholdCounts)
AnyCounts = PairCounts | ClusterCounts | PersonCounts | HouseholdCounts
Progress = Callable[[str], None]


def model_path(home: Home) -> Path:
    """Where the trained model is kept (probabilities and rules, no values)."""
    return home.identity / "linkage" / "model.json"


def score_pairs(
    home: Home, *, policies: Path, as_of: str | date, model: dict[str, Any] | None = None, charts: bool = True
) -> PairCounts:
    """Write `linkage.pairs`, the model and its charts. Trains on tonight's records unless given a trained model.

    Raises UserError where a blocking rule gives more candidate pairs than the policy's cap.
    """
    rules = read_policy(policies, as_of=store.as_date(as_of))
    with store.open_work(home) as work:
        code = store.code_digest("prepare.py", "model.py", "comparisons.py", "train.py", "predict.py", "nicknames.csv")
        scoring = replace(rules, match_threshold=0.5, sweep_thresholds=(), address_recency_days=0, communal_people=0)
        mark = store.fingerprint(store.records_digest(work), scoring, code, model)
        if done := store.finished_counts(work, "pairs", mark):
            return PairCounts(**{**done, "skipped": True})
        work.execute(f"create table person_records as select * from {STORE}.identity.person_records")
        prepared = prepare_records(
            work, max_block_size=rules.max_block_size, max_loose_block_size=rules.max_loose_block_size
        )
        candidates = count_candidates(work, prepared)
        refuse_too_many(candidates, policy=rules)
        model = model or train(work, prepared, policy=rules)
        counts = PairCounts(prepared.records, score(work, prepared, model, policy=rules), candidates)
        write_json(model_path(home), model)
        with store.transaction(work):
            work.execute(f"""
                create or replace table {STORE}.linkage.pairs as
                select
                    l.record_id as record_id_l, r.record_id as record_id_r,
                    match_weight, match_probability, match_reason
                from pair
                join record as l on record_no_l = l.record_no
                join record as r on record_no_r = r.record_no
                order by record_no_l, record_no_r
            """)
            store.mark_finished(work, "pairs", mark, counts)
        if charts:
            write_charts(work, prepared, model, home.reports / "linkage")
        return counts


def make_clusters(home: Home, *, policies: Path, as_of: str | date) -> ClusterCounts:
    """Write `linkage.clusters` from `linkage.pairs`. cluster_id is the cluster's first record_id."""
    rules = read_policy(policies, as_of=store.as_date(as_of))
    with store.open_work(home) as work:
        store.need_table(work, "pairs", "score_pairs")
        code = store.code_digest("cluster.py")
        mark = store.fingerprint(store.finished_mark(work, "pairs"), rules.thresholds, rules.match_threshold, code)
        if done := store.finished_counts(work, "clusters", mark):
            return ClusterCounts(**{**done, "skipped": True})
        work.execute(f"""
            create table record as
            select row_number() over (order by record_id)::integer as record_no, record_id, nhs_number
            from {STORE}.identity.person_records;
            create table pair as
            select l.record_no as record_no_l, r.record_no as record_no_r, match_probability
            from {STORE}.linkage.pairs
            join record as l on record_id_l = l.record_id
            join record as r on record_id_r = r.record_id
        """)
        cluster(work, thresholds=rules.thresholds)
        counts = _cluster_counts(work, rules)
        with store.transaction(work):
            work.execute(f"""
                create or replace table {STORE}.linkage.clusters as
                select record.record_id, cluster.threshold, first.record_id as cluster_id
                from cluster join record using (record_no) join record as first on cluster.cluster_no = first.record_no
                order by cluster.threshold, record.record_no
            """)
            store.mark_finished(work, "clusters", mark, counts)
        return counts


def _cluster_counts(work: Any, rules: LinkagePolicy) -> ClusterCounts:
    sizes = work.execute("""
        select threshold, count(*), max(records)
        from (select threshold, cluster_no, count(*) as records from cluster group by all)
        group by threshold order by threshold
    """).fetchall()
    clusters, largest = next(((n, m) for threshold, n, m in sizes if threshold == rules.match_threshold), (0, 0))
    return ClusterCounts(clusters, largest, {str(threshold): n for threshold, n, _ in sizes})


def assign_persons(home: Home, *, policies: Path, as_of: str | date) -> PersonCounts:
    """Write `linkage.persons` from `linkage.clusters`, with the ids that persons had last night."""
    rules = read_policy(policies, as_of=store.as_date(as_of))
    with store.open_work(home) as work:
        store.need_table(work, "clusters", "make_clusters")
        code = store.code_digest("persons.py", "id_registry.py")
        mark = store.fingerprint(store.finished_mark(work, "clusters"), code)
        if done := store.finished_counts(work, "persons", mark):
            return PersonCounts(**{**done, "skipped": True})
        assigned = make_persons(work, threshold=rules.match_threshold, batch=store.records_digest(work))
        counts = PersonCounts(assigned.groups, assigned.kept, assigned.new, assigned.retired)
        with store.transaction(work):
            work.execute(f"create or replace table {STORE}.linkage.persons as from person order by record_id")
            write_registry(work, "person", assigned, store=STORE)
            store.mark_finished(work, "persons", mark, counts)
        return counts


def place_households(home: Home, *, policies: Path, as_of: str | date) -> HouseholdCounts:
    """Write `linkage.households` from `linkage.persons` and the geography lookups."""
    day = store.as_date(as_of)
    rules = read_policy(policies, as_of=day)
    with store.open_work(home) as work:
        store.need_table(work, "persons", "assign_persons")
        code = store.code_digest("households.py", "id_registry.py")
        lookups = store.files_digest(home.geography, ("uprn.parquet", "postcode.parquet"))
        settings = (rules.address_recency_days, rules.communal_people, day, lookups)
        mark = store.fingerprint(store.finished_mark(work, "persons"), settings, code)
        if done := store.finished_counts(work, "households", mark):
            return HouseholdCounts(**{**done, "skipped": True})
        batch = store.records_digest(work)
        assigned = make_households(work, home.geography, policy=rules, as_of=day.isoformat(), batch=batch)
        housed, communal, people = work.execute(
            "select count(household_id), count(*) filter (is_communal), count(*) from household"
        ).fetchone()
        counts = HouseholdCounts(assigned.groups, housed, communal, people - housed - communal)
        with store.transaction(work):
            work.execute(f"create or replace table {STORE}.linkage.households as from household order by person_id")
            write_registry(work, "household", assigned, store=STORE)
            store.mark_finished(work, "households", mark, counts)
        return counts


def link(home: Home, *, policies: Path, as_of: str | date, progress: Progress | None = None) -> LinkResult:
    """All four steps in order. `progress` is told each step's name as it begins."""
    seconds: dict[str, float] = {}

    def timed(name: str, step: Callable[..., Counts]) -> Counts:
        if progress:
            progress(name)
        start = time.monotonic()
        counts = step(home, policies=policies, as_of=as_of)
        seconds[name] = round(time.monotonic() - start, 3)
        return counts

    pairs = timed("pairs", score_pairs)
    clusters = timed("clusters", make_clusters)
    persons = timed("persons", assign_persons)
    households = timed("households", place_households)
    steps: dict[str, AnyCounts] = {"pairs": pairs, "clusters": clusters, "persons": persons, "households": households}
    with store.open_work(home, read_only=True) as work:
        mark = store.finished_mark(work, "households")
    return LinkResult(
        records=pairs.records,
        pairs=pairs.pairs,
        persons=persons.persons,
        households=households.households,
        largest_cluster=clusters.largest_cluster,
        seconds=seconds,
        fingerprint=mark,
        skipped=all(counts.skipped for counts in steps.values()),
        steps={name: asdict(counts) for name, counts in steps.items()},
    )

"""The steps of linkage, each from stored tables to stored tables, and `link`, which takes them in order.

A step skips its work when its inputs, policy and code are what they were when it last finished; pairs and clusters do
only what changed since. Logic belongs in the modules that the steps call.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from linkage import components, full, incremental, model_versions, steps, store
from linkage.cluster import cluster_spans
from linkage.counts import ClusterCounts, HouseholdCounts, LinkResult, ModelCounts, PairCounts, PersonCounts
from linkage.decisions import constraints
from linkage.frequencies import read_frequencies
from linkage.history import Run, model_version
from linkage.households import make_households, write_households
from linkage.persons import make_persons, write_persons
from linkage.policy import LinkagePolicy, read_policy
from linkage.review_queue import make_queue, write_queue
from linkage.store import STORE
from settings.fingerprints import digest_of
from settings.paths import Home

Counts = TypeVar("Counts", ModelCounts, PairCounts, ClusterCounts, PersonCounts, HouseholdCounts)
AnyCounts = ModelCounts | PairCounts | ClusterCounts | PersonCounts | HouseholdCounts
Progress = Callable[[str], None]


def model_path(home: Home) -> Path:
    """Where the model in use is kept (probabilities and rules, no values)."""
    return model_versions.version_folder(home, model_versions.need_in_use(home).version) / "model.json"


def keep_model(home: Home, *, policies: Path, as_of: str | date) -> ModelCounts:
    """Say which model is in use. One is trained here only where there is none: on the very first night."""
    rules = read_policy(policies, as_of=store.as_date(as_of))
    used, trained = model_versions.ensure_model(home, policy=rules, as_of=store.as_date(as_of).isoformat())
    about = model_versions.find_version(home, used.version)
    return ModelCounts(
        version=used.version,
        records_trained_on=about.records,
        comparisons=about.comparisons,
        versions=len(model_versions.list_versions(home)),
        is_of_this_release=about.code == model_versions.model_code(),
        skipped=not trained,
    )


def score_pairs(home: Home, *, policies: Path, as_of: str | date) -> PairCounts:
    """Write `linkage.pairs` with the model in use: all pairs, or those of the records that changed since last time.

    Raises UserError where a blocking rule gives more candidate pairs than the policy's cap.
    """
    rules = read_policy(policies, as_of=store.as_date(as_of))
    version = keep_model(home, policies=policies, as_of=as_of).version
    with store.open_work(home) as work:
        scoring = _scoring_mark(work, rules, version)
        mark = digest_of(scoring, store.scored_digest(work, incremental.DIGEST))
        if done := steps.finished_counts(work, "pairs", mark):
            return PairCounts(**{**done, "skipped": True})
        settings = model_versions.read_settings(home, version)
        read_frequencies(work, settings, model_versions.version_folder(home, version))
        records = store.count_records(work)
        changes = incremental.find_changes(work) if steps.is_finished(work, "scoring", scoring) else None
        is_full = changes is None or changes.all > rules.max_rescored_share * records
        if changes is None or is_full:
            changes = incremental.Changes(new=records, changed=0, gone=0)
            forecasts = full.score_all(work, settings, policy=rules)
        else:
            forecasts = incremental.rescore(work, settings, policy=rules)
        with store.transaction(work):
            if is_full:
                full.write_all(work, version=version)
                steps.forget_step(work, "clusters")
            else:
                incremental.write_changes(work, version=version)
            counts = PairCounts(
                records=records,
                pairs=store.count_rows(work, "scored_pair"),
                candidates={rule: found.pairs for rule, found in forecasts.items()},
                mode="full" if is_full else "incremental",
                records_new=changes.new,
                records_changed=changes.changed,
                records_gone=changes.gone,
                share_rescored=round((changes.new + changes.changed) / max(records, 1), 4),
                model_version=version,
            )
            steps.mark_finished(work, "scoring", scoring, counts)
            steps.mark_finished(work, "pairs", mark, counts)
        return counts


def _scoring_mark(work: Any, rules: LinkagePolicy, version: str) -> str:
    """Stands for all that scores a pair but the records: with another one, every pair is scored again."""
    code = steps.code_digest(
        "prepare.py", "nicknames.csv", "blocking.py", "deterministic.py", "frequencies.py", "predict.py", "full.py",
        "incremental.py", "moved_keys.py", "lost_pairs.py",
    )  # fmt: skip
    sizes = (rules.max_block_size, rules.max_loose_block_size, rules.max_settled_size, rules.pair_floor)
    hashing = work.execute("select version()").fetchone()[0]  # DuckDB's hash may differ in another release
    return digest_of(sizes, version, code, hashing)


def make_clusters(home: Home, *, policies: Path, as_of: str | date) -> ClusterCounts:
    """Write `linkage.clusters` from `linkage.pairs` and the clerks' decisions. cluster_id is the first record_id.

    Only the connected components that a change touches are clustered again.
    """
    rules = read_policy(policies, as_of=store.as_date(as_of))
    with store.open_work(home) as work:
        store.need_table(work, "pairs", "score_pairs")
        decided = constraints(work)
        components.find_decisions(work)
        code = steps.code_digest("cluster.py", "conflicts.py", "components.py", "decisions.py", "decision_conflicts.py")
        clustering = digest_of(rules.thresholds, rules.match_threshold, code)
        decisions = work.execute("from decided_now order by all").fetchall()
        mark = digest_of(steps.finished_mark(work, "pairs"), decisions, clustering)
        if done := steps.finished_counts(work, "clusters", mark):
            return ClusterCounts(**{**done, "skipped": True})
        everything = not (steps.is_finished(work, "clustering", clustering) and steps.was_finished(work, "clusters"))
        reached = 0 if everything else components.find_touched(work, lowest=min(rules.thresholds))
        components.read_component_records(work, all_records=everything)
        overruled = cluster_spans(work, thresholds=rules.thresholds)
        with store.transaction(work):
            components.write_clusters(work, all_records=everything)
            store.replace_clusters_view(work, rules.thresholds)
            counts = _cluster_counts(
                work,
                rules,
                mode="full" if everything else "incremental",
                records_reclustered=store.count_records(work) if everything else reached,
                decisions_contradicted=decided.contradicted,
                numbers_overruled=overruled,
            )
            steps.mark_finished(work, "clustering", clustering, counts)
            steps.mark_finished(work, "clusters", mark, counts)
        return counts


def _cluster_counts(work: Any, rules: LinkagePolicy, **more: Any) -> ClusterCounts:
    clusters = work.execute(f"""
        select threshold, count(*) from {STORE}.linkage.clusters
        where record_id = cluster_id group by threshold order by threshold
    """).fetchall()
    by_threshold = {str(threshold): count for threshold, count in clusters}
    (largest,) = work.execute(
        f"""
        select coalesce(max(records), 0)
        from (
            select count(*) as records from {STORE}.linkage.cluster_span
            where ? between low and high group by hash(cluster_id)
        )
        """,
        [rules.match_threshold],
    ).fetchone()
    return ClusterCounts(by_threshold.get(str(rules.match_threshold), 0), largest, by_threshold, **more)


def assign_persons(home: Home, *, policies: Path, as_of: str | date) -> PersonCounts:
    """Write `linkage.persons` from `linkage.clusters`, with the ids that persons had last night.

    Only what the clustering since then touched is done again.
    """
    rules = read_policy(policies, as_of=store.as_date(as_of))
    with store.open_work(home) as work:
        store.need_table(work, "clusters", "make_clusters")
        code = steps.code_digest("persons.py", "id_registry.py", "history.py", "table_changes.py", "review_queue.py")
        mark = digest_of(steps.finished_mark(work, "clusters"), rules.review_low, rules.review_high, code)
        if done := steps.finished_counts(work, "persons", mark):
            return PersonCounts(**{**done, "skipped": True})
        everything = not (steps.is_finished(work, "assigning", code) and steps.was_finished(work, "persons"))
        batch = store.records_digest(work)
        assigned = make_persons(work, threshold=rules.match_threshold, batch=batch, all_records=everything)
        looked_at = work.execute("select count(*) from person").fetchone()[0]
        counts = PersonCounts(assigned.groups, assigned.kept, assigned.new, assigned.retired, looked_at)
        run = Run(store.as_date(as_of).isoformat(), mark, model_version(work, store=STORE))
        with store.transaction(work):
            write_persons(work, assigned, run=run, all_records=everything)
            make_queue(work, policy=rules, model_version=run.model_version)
            write_queue(work)
            steps.mark_finished(work, "assigning", code, counts)
            steps.mark_finished(work, "persons", mark, counts)
        return counts


def place_households(home: Home, *, policies: Path, as_of: str | date) -> HouseholdCounts:
    """Write `linkage.households` from `linkage.persons` and the geography lookups."""
    day = store.as_date(as_of)
    rules = read_policy(policies, as_of=day)
    with store.open_work(home) as work:
        store.need_table(work, "persons", "assign_persons")
        code = steps.code_digest("households.py", "id_registry.py", "history.py")
        lookups = store.files_digest(home.geography, ("uprn.parquet", "postcode.parquet"))
        settings = (rules.address_recency_days, rules.communal_people, day, lookups)
        batch = store.records_digest(work)
        mark = digest_of(steps.finished_mark(work, "persons"), batch, settings, code, store.left_out_mark(work))
        if done := steps.finished_counts(work, "households", mark):
            return HouseholdCounts(**{**done, "skipped": True})
        assigned = make_households(work, home.geography, policy=rules, as_of=day.isoformat(), batch=batch)
        housed, communal, people = work.execute(
            "select count(household_id), count(*) filter (is_communal), count(*) from household"
        ).fetchone()
        counts = HouseholdCounts(assigned.groups, housed, communal, people - housed - communal)
        with store.transaction(work):
            write_households(work, assigned, run=Run(day.isoformat(), mark, model_version(work, store=STORE)))
            steps.mark_finished(work, "households", mark, counts)
        return counts


def link(home: Home, *, policies: Path, as_of: str | date, progress: Progress | None = None) -> LinkResult:
    """All steps in order. `progress` is told each step's name as it begins."""
    seconds: dict[str, float] = {}

    def timed(name: str, step: Callable[..., Counts]) -> Counts:
        if progress:
            progress(name)
        start = time.monotonic()
        counts = step(home, policies=policies, as_of=as_of)
        seconds[name] = round(time.monotonic() - start, 3)
        return counts

    model = timed("model", keep_model)
    pairs = timed("pairs", score_pairs)
    clusters = timed("clusters", make_clusters)
    persons = timed("persons", assign_persons)
    households = timed("households", place_households)
    taken: dict[str, AnyCounts] = {
        "model": model,
        "pairs": pairs,
        "clusters": clusters,
        "persons": persons,
        "households": households,
    }
    with store.open_work(home, read_only=True) as work:
        mark = steps.finished_mark(work, "households")
    return LinkResult(
        records=pairs.records,
        pairs=pairs.pairs,
        persons=persons.persons,
        households=households.households,
        largest_cluster=clusters.largest_cluster,
        seconds=seconds,
        fingerprint=mark,
        skipped=all(counts.skipped for counts in taken.values()),
        steps={name: asdict(counts) for name, counts in taken.items()},
    )

"""What adopting another model would change: tonight's clusters with it, beside those of the model in use.

Nothing is written to the identity store; that a comparison was shown is noted beside the version, for `adopt`.
"""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from linkage import full, model_versions, store
from linkage.cluster import cluster_spans
from linkage.components import find_decisions, number_decisions
from linkage.counts import Counted
from linkage.decisions import constraints
from linkage.evaluation.evaluate import Quality, has_truth, judge, read_truth
from linkage.frequencies import read_frequencies
from linkage.incremental import DIGEST
from linkage.policy import read_policy
from linkage.store import STORE
from settings.files import read_json, write_json
from settings.paths import Home


@dataclass(frozen=True)
class Difference(Counted):
    """Clusters at the threshold in force.

    merges: candidate's clusters that hold records of several clusters in use; splits: clusters in use whose records are
    in several of the candidate's; records_moved: records whose cluster does not hold the same records as before.
    """

    version: str
    in_use: str
    records: int
    clusters_in_use: int
    clusters_candidate: int
    clusters_changed: int
    records_moved: int
    merges: int
    splits: int


def compare(home: Home, version: str, *, policies: Path, as_of: str | date) -> tuple[Difference, dict[str, Quality]]:
    """How clusters would change if `version` took the place of the model in use; quality of both where truth exists.

    Raises UserError where the version is unknown or clusters were never made.
    """
    rules = read_policy(policies, as_of=store.as_date(as_of))
    model_versions.find_version(home, version)
    used = model_versions.need_in_use(home).version
    with store.open_work(home, read_only=True) as work:
        store.need_table(work, "clusters", "make_clusters")
        settings = model_versions.read_settings(home, version)
        read_frequencies(work, settings, model_versions.version_folder(home, version))
        full.score_all(work, settings, policy=rules)
        constraints(work)
        find_decisions(work)
        number_decisions(work)
        cluster_spans(work, thresholds=rules.thresholds)
        work.execute(_BESIDE.format(store=STORE, threshold=rules.match_threshold))
        counts = work.execute(_DIFFERENCE).fetchone()
        records = store.scored_digest(work, DIGEST)
        quality = {}
        if has_truth(home):
            read_truth(work, home)
            for name, column in ((used, "old"), (version, "new")):
                work.execute(f"create or replace temp view found as select record_id, {column} as found from beside")
                quality[name] = judge(work)
    difference = Difference(version, used, *counts)
    write_json(
        model_versions.version_folder(home, version) / "compared.json",
        {"in_use": used, "records": records, "difference": asdict(difference)},
    )
    return difference, quality


def was_compared(home: Home, version: str) -> bool:
    """Whether `compare` showed this version beside the one in use, for the records there are now."""
    shown = read_json(model_versions.version_folder(home, version) / "compared.json")
    used = model_versions.in_use(home)
    if not shown or not used or shown["in_use"] != used.version:
        return False
    with store.open_work(home, read_only=True) as work:
        return bool(shown["records"] == store.scored_digest(work, DIGEST))


_BESIDE = """
create or replace temp table beside as
select record_id, spans.cluster_id as old, first.record_id as new
from {store}.linkage.clusters as spans
join record using (record_id)
join span using (record_no)
join record as first on span.cluster_no = first.record_no
where spans.threshold = {threshold} and {threshold} between span.low and span.high
"""

_DIFFERENCE = """
with pair as (select old, new, count(*) as records from beside group by all),
old_cluster as (select old, count(*) as parts, sum(records) as records from pair group by old),
new_cluster as (select new, count(*) as parts, sum(records) as records from pair group by new),
same as (
    select pair.records from pair join old_cluster using (old) join new_cluster using (new)
    where old_cluster.parts = 1 and new_cluster.parts = 1
)
select
    (select count(*) from beside), (select count(*) from old_cluster), (select count(*) from new_cluster),
    (select count(*) from new_cluster) - (select count(*) from same),
    (select count(*) from beside) - (select coalesce(sum(records), 0)::bigint from same),
    (select count(*) from new_cluster where parts > 1), (select count(*) from old_cluster where parts > 1)
"""

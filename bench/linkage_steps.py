"""One step of the linkage benchmark in a process of its own: `python -m bench.linkage_steps STEP HOME POLICIES AS_OF`.

What is measured, and how, is `linkage.py` and `measure.py`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from linkage import model_versions, run
from linkage.engine import open_linker
from linkage.policy import read_policy
from linkage.prepare import prepare_records
from linkage.store import STORE, as_date, open_work
from settings.duck import connect
from settings.paths import Home

RECORDS = "identity.person_records"


def train(home: Home, policies: Path, as_of: str) -> None:
    """Train the model and adopt it."""
    run.keep_model(home, policies=policies, as_of=as_of)


def link(home: Home, policies: Path, as_of: str) -> None:
    """Pairs and clusters at all thresholds: all of them the first time, then what changed."""
    run.score_pairs(home, policies=policies, as_of=as_of)
    run.make_clusters(home, policies=policies, as_of=as_of)


def change(home: Home, policies: Path, as_of: str) -> None:
    """One record in a hundred: a third moves house, a third has another phone, a sixth goes and a sixth comes."""
    with connect(home.identity_db) as connection:
        connection.execute(f"""
            update {RECORDS} set uprn = null, postcode = list_extract(
                (select list(postcode order by postcode) from {RECORDS} where postcode is not null),
                1 + (md5_number_lower('move' || record_id) % (select count(postcode) from {RECORDS}))::integer
            )
            where md5_number_lower(record_id) % 300 = 7;
            update {RECORDS} set phone = '0712' || lpad((md5_number_lower(record_id) % 1000000)::varchar, 7, '0')
            where md5_number_lower(record_id) % 300 = 8;
            delete from {RECORDS} where md5_number_lower(record_id) % 600 = 9;
            insert into {RECORDS} select * replace ('new ' || record_id as record_id, 'new source' as dataset)
            from {RECORDS} where md5_number_lower(record_id) % 600 = 11;
        """)


def plain(home: Home, policies: Path, as_of: str) -> None:
    """Splink by itself with the same trained model and keys: predict, then components at one threshold."""
    rules = read_policy(policies, as_of=as_date(as_of))
    settings = model_versions.read_settings(home, model_versions.need_in_use(home).version)
    with open_work(home, read_only=True) as work:
        work.execute(f"create table person_records as select * from {STORE}.{RECORDS}")
        prepare_records(work, max_block_size=rules.max_block_size, max_loose_block_size=rules.max_loose_block_size)
        linker = open_linker(work, settings)
        scored = linker.inference.predict(threshold_match_probability=rules.pair_floor, warning_mode="never")
        linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_probability=rules.match_threshold
        )


STEPS: dict[str, Callable[[Home, Path, str], None]] = {
    "train": train, "link": link, "change": change, "plain": plain
}  # fmt: skip

if __name__ == "__main__":
    name, home_folder, policy_folder, date_text = sys.argv[1:]
    STEPS[name](Home(Path(home_folder)), Path(policy_folder), date_text)

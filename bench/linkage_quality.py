"""Linkage quality on published benchmarks: `mvld link` at its default threshold beside Splink's own documented models.

Run it with the folder that holds the benchmark files: `python -m bench.linkage_quality <folder> [set ...]`. Our side
has one configuration for all sets; Splink's side has, for each set, the model of Splink's documentation, judged at
whichever of four thresholds suits it best. Only quality is measured here; time is `bench.measure`.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from linkage.evaluation.evaluate import Quality, judge
from linkage.files.file_columns import Wanted
from linkage.files.link_files import link_files
from linkage.policy import read_policy
from settings.duck import connect, quoted
from settings.paths import REPOSITORY

SPLINK_THRESHOLDS = (0.5, 0.8, 0.95, 0.99)
ADDRESS = ("street_number", "address_1", "address_2", "suburb")
FEBRL = Wanted({"address": ADDRESS}, ("soc_sec_id",), "rec_id", "truth")
HISTORICAL = Wanted({"postcode": ("postcode_fake",)}, ("birth_place", "occupation"), "unique_id", "truth")


@dataclass(frozen=True)
class Benchmark:
    """A set: its files, the SQL of its true person, what `mvld link` is told, and Splink's documented model."""

    files: tuple[str, ...]
    truth: str
    wanted: Wanted
    splink: Callable[[Any], Any]


def febrl_model(frame: Any) -> Any:
    """The detailed model of Splink's FEBRL4 page, trained as there, but that pairs within a file may match too.

    The page goes on to a hand-made model of whole names, which is not rebuilt here.
    """
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.blocking_rule_library import CustomRule

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            CustomRule("l.given_name = r.surname and l.surname = r.given_name", sql_dialect="duckdb"),
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
    )
    linker = Linker(frame, settings, log_level=40)
    rules: list[Any] = [
        "l.soc_sec_id = r.soc_sec_id",
        "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
    ]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    return linker


def historical_model(frame: Any) -> Any:
    """The model of Splink's page "Deduplicate 50k rows historical persons", trained as there."""
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        blocking_rules_to_generate_predictions=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="first_name_surname_concat"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
    )
    linker = Linker(frame, settings, log_level=40)
    rules: list[Any] = [
        "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
        "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname "
        "and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
        "l.dob = r.dob and l.postcode_fake = r.postcode_fake",
    ]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("first_name", "surname"), block_on("dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker


FEBRL_TRUTH = "split_part(rec_id, '-', 2)"
BENCHMARKS = {
    **{
        f"FEBRL{number}": Benchmark(files, FEBRL_TRUTH, FEBRL, febrl_model)
        for number, files in {
            1: ("febrl/dataset1.csv",),
            2: ("febrl/dataset2.csv",),
            3: ("febrl/dataset3.csv",),
            4: ("febrl/dataset4a.csv", "febrl/dataset4b.csv"),
        }.items()
    },
    "historical half": Benchmark(("historical_half.parquet",), "cluster", HISTORICAL, historical_model),
}


def with_truth(source: Path, truth: str, folder: Path) -> Path:
    """A copy of `source` as Parquet with column `truth`, and the name columns that Splink's historical model reads."""
    work, path = connect(), folder / f"{source.stem}.parquet"
    reader = f"read_csv({quoted(source)}, header = true, all_varchar = true)" if source.suffix == ".csv" else "?"
    reader = reader.replace("?", f"read_parquet({quoted(source)})")
    work.execute(f"copy (select *, {truth} as truth from {reader}) to {quoted(path)} (format parquet)")
    work.close()
    return path


def ours(files: list[Path], wanted: Wanted, folder: Path) -> Quality:
    policy = read_policy(REPOSITORY / "region" / "policies", as_of=date.max)
    linked = link_files(files, wanted, output=folder / "persons.parquet", policy=policy)
    assert linked.quality is not None
    return linked.quality


def splinks(files: list[Path], wanted: Wanted, model: Callable[[Any], Any]) -> tuple[Quality, float]:
    """The best quality of Splink's model over `SPLINK_THRESHOLDS`, and the threshold."""
    from splink import DuckDBAPI

    work = connect()
    listed = ", ".join(quoted(path) for path in files)
    names = [name for name, *_ in work.execute(f"describe from read_parquet([{listed}])").fetchall()]
    texts = ", ".join(f"nullif(trim({name}::varchar), '') as {name}" for name in names)
    joined = ", first_name || ' ' || surname as first_name_surname_concat" if "first_name" in names else ""
    work.execute(f"create table texts as select {texts} from read_parquet([{listed}], union_by_name = true)")
    work.execute(f"create table people as select {wanted.identifier} as record_id, *{joined} from texts")
    work.execute("create table truth as select record_id, truth as true_id from people")
    linker = model(DuckDBAPI(work).register("people"))
    scored = linker.inference.predict(threshold_match_probability=min(SPLINK_THRESHOLDS))
    best: tuple[Quality, float] | None = None
    for threshold in SPLINK_THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold)
        work.execute(
            f"create or replace table found as select record_id, cluster_id as found from {clusters.physical_name}"
        )
        quality = judge(work)
        if best is None or quality.pair_f1 > best[0].pair_f1:
            best = quality, threshold
    work.close()
    assert best is not None
    return best


def main(folder: Path, names: list[str]) -> None:
    print("set              side               pairs of clusters: P      R      F1")
    for name in names or list(BENCHMARKS):
        benchmark = BENCHMARKS[name]
        with TemporaryDirectory() as scratch:
            files = [with_truth(folder / file, benchmark.truth, Path(scratch)) for file in benchmark.files]
            mine = ours(files, benchmark.wanted, Path(scratch))
            theirs, threshold = splinks(files, benchmark.wanted, benchmark.splink)
        for side, quality in (("mvld link", mine), (f"Splink at {threshold}", theirs)):
            shares = f"{quality.pair_precision:.4f} {quality.pair_recall:.4f} {quality.pair_f1:.4f}"
            print(f"{name:16} {side:18} {'':18}{shares}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

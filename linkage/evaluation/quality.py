"""The step after linkage: judges the stored persons, keeps the measures, writes the report. Changes nothing it judges.

How each figure is worked out is in the modules that this one calls.
"""

from dataclasses import astuple, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from linkage import decisions, steps, store
from linkage.counts import Counted
from linkage.evaluation import evaluate, subgroups, trends
from linkage.evaluation.confusions import confusions
from linkage.evaluation.decision_precision import precision
from linkage.evaluation.diagnostics import measure_persons
from linkage.evaluation.placed_pairs import place_pairs
from linkage.evaluation.unlinkables import Unlinkable, find_unlinkables
from linkage.policy import LinkagePolicy, read_policy
from linkage.report.charts import made_up_pairs
from linkage.report.findings import Findings, sentence_of_behind, sentence_of_jump
from linkage.report.report import write_report
from linkage.run import model_path
from settings.files import read_json
from settings.fingerprints import digest_of, digest_of_code
from settings.paths import Home

CODE = ("evaluation", "report")  # the folders whose code makes the figures and the page
SHOWN_OVER_RUNS = (
    "records", "persons", "households", "pairs", "records_per_person", "mean_density", "persons_with_a_bridge",
    "persons_held_by_one_pair", "unlinkable", "pair_precision", "pair_recall", "cluster_f1",
)  # fmt: skip


@dataclass(frozen=True)
class QualityCounts(Counted):
    """Headline figures. Shares are 0 to 1; null where there is no truth. `behind` and `jumped` are sentences."""

    records: int
    persons: int
    measures: int
    run_no: int
    pair_precision: float | None
    pair_recall: float | None
    pair_f1: float | None
    cluster_precision: float | None
    cluster_recall: float | None
    cluster_f1: float | None
    expected_false_links: float
    expected_missed_links: float
    twins_merged: int | None
    namesakes_merged: int | None
    behind: tuple[str, ...]
    jumped: tuple[str, ...]
    skipped: bool = False


def report_path(home: Home) -> Path:
    """Where the linkage report is, whether written yet or not."""
    return home.reports / "linkage" / "index.html"


def last_judged(home: Home) -> QualityCounts | None:
    """What was found when linkage was last judged; None where it never was."""
    last = steps.last_finished(home, "quality")
    return _counts_of(last[1]) if last else None


def judge_linkage(home: Home, *, policies: Path, as_of: str | date) -> QualityCounts:
    """Judge the stored persons and households, add the measures to `linkage.trend` and write the report.

    Raises UserError where persons or households are not there yet.
    """
    day = store.as_date(as_of)
    rules = read_policy(policies, as_of=day)
    with store.open_work(home) as work:
        store.need_table(work, "persons", "assign_persons")
        store.need_table(work, "households", "place_households")
        state = _state(work, home)
        margins = (rules.subgroup_margin, rules.trend_margin, rules.trend_least_runs, rules.confidence)
        mark = digest_of(state, margins, rules.thresholds, day, steps.code_digest(*CODE), digest_of_code("pages"))
        done = steps.finished_counts(work, "quality", mark)
        if done and report_path(home).exists():
            return replace(_counts_of(done), skipped=True)
        findings, run_no = _findings(work, home, rules, day=day.isoformat(), state=state)
        counts = _counts(findings, run_no)
        write_report(findings, report_path(home))
        with store.transaction(work):
            steps.mark_finished(work, "quality", mark, counts)
        return counts


def _counts_of(stored: dict[str, Any]) -> QualityCounts:
    """Counts as they were stored."""
    return QualityCounts(**stored | {name: tuple(stored[name]) for name in ("behind", "jumped")})


def _state(work: Any, home: Home) -> str:
    """A digest of all that the figures are made from: equal states have equal measures."""
    model = store.files_digest(model_path(home).parent, (model_path(home).name,))
    truth = store.files_digest(home.truth, ("records.parquet", "people.parquet"))
    wards = store.files_digest(home.geography, ("ward.parquet",))
    marks = [steps.finished_mark(work, step) for step in ("pairs", "persons", "households")]
    return digest_of(marks, model, truth, wards, decisions.digest(work))


def _findings(work: Any, home: Home, rules: LinkagePolicy, *, day: str, state: str) -> tuple[Findings, int]:
    """Everything the report tells, and the number of this run in the trend."""
    has_truth = evaluate.has_truth(home)
    if has_truth:
        evaluate.read_truth(work, home)
    place_pairs(work)
    measure_persons(work, threshold=rules.match_threshold)
    rates = subgroups.error_rates(work, home.geography, confidence=rules.confidence, has_truth=has_truth)
    model = _trained_model(home)
    unlinkables = find_unlinkables(work, model, model_path(home).parent, policy=rules)
    quality = evaluate.judge_persons(work) if has_truth else None
    _add_measures(work, rates, unlinkables, quality)
    with store.transaction(work):
        run_no = trends.append(work, mark=state, as_of=day)
    shared = work.execute("select a, b, persons from shared order by a, b").fetchall()
    findings = Findings(
        as_of=day,
        threshold=rules.match_threshold,
        confidence=rules.confidence,
        measures=work.execute("from measure").fetchall(),
        rates=rates,
        behind=subgroups.falling_behind(rates, margin=rules.subgroup_margin),
        jumps=trends.jumps(work, run_no=run_no, policy=rules),
        history=trends.history(work, SHOWN_OVER_RUNS),
        shared={(a, b): persons for a, b, persons in shared},
        unlinkables=unlinkables,
        model=model,
        made_up=made_up_pairs(model),
        quality=quality,
        cluster_sweep=evaluate.sweep_clusters(work) if has_truth else {},
        pair_sweep=evaluate.sweep_pairs(work, rules.thresholds) if has_truth else (),
        confusions=confusions(work, home) if has_truth else (),
        clerical=precision(
            work, threshold=rules.match_threshold, edges=rules.sweep_thresholds, confidence=rules.confidence
        ),
    )
    return findings, run_no


def _trained_model(home: Home) -> dict[str, Any]:
    """The model in use; empty where it never learnt, for want of records to learn from."""
    model: dict[str, Any] = read_json(model_path(home)) or {}
    levels = [level for comparison in model.get("comparisons", ()) for level in comparison["comparison_levels"]]
    has_learnt = all("m_probability" in level for level in levels if not level.get("is_null_level"))
    return model if levels and has_learnt else {}


def _add_measures(
    work: Any, rates: list[subgroups.Rate], unlinkables: list[Unlinkable], quality: evaluate.Quality | None
) -> None:
    """Add to table `measure` what is not worked out in SQL: rates, records that cannot be linked, quality."""
    rows: list[tuple[str, str, float, float | None]] = [
        (
            rate.measure,
            "" if rate.kind == subgroups.WHOLE else f"{rate.kind} {rate.subgroup}",
            rate.value,
            rate.effective,
        )
        for rate in rates
    ]
    sampled = sum(item.records for item in unlinkables)
    if sampled:
        share = sum(item.records * item.share for item in unlinkables) / sampled
        rows.append(("unlinkable", "", round(share, 6), sampled))
        rows += [("unlinkable", item.dataset, item.share, item.records) for item in unlinkables]
    if quality:
        names = [name for name in quality.as_metadata() if name != "records"]
        rows += [(name, "", value, quality.records) for name, value in zip(names, astuple(quality)[1:], strict=True)]
    if rows:
        work.executemany("insert into measure values (?, ?, ?, ?)", rows)


def _counts(findings: Findings, run_no: int) -> QualityCounts:
    quality = findings.quality.as_metadata() if findings.quality else {}
    merged = {item.relation: item.merged for item in findings.confusions}
    whole = {rate.measure: rate.value for rate in findings.rates if rate.kind == subgroups.WHOLE}
    return QualityCounts(
        records=int(findings.value("records")),
        persons=int(findings.value("persons")),
        measures=len(findings.measures),
        run_no=run_no,
        pair_precision=quality.get("pair_precision"),
        pair_recall=quality.get("pair_recall"),
        pair_f1=quality.get("pair_f1"),
        cluster_precision=quality.get("cluster_precision"),
        cluster_recall=quality.get("cluster_recall"),
        cluster_f1=quality.get("cluster_f1"),
        expected_false_links=whole.get("expected_false_links", 0.0),
        expected_missed_links=whole.get("expected_missed_links", 0.0),
        twins_merged=merged.get("twins"),
        namesakes_merged=merged.get("parent and child of one name"),
        behind=tuple(sentence_of_behind(item) for item in findings.behind),
        jumped=tuple(sentence_of_jump(item) for item in findings.jumps),
    )

"""The linkage report: what is known of tonight's linkage as one page for people. No figure is worked out here."""

from pathlib import Path

from linkage.evaluation.subgroups import EXPECTED, WHOLE
from linkage.report import page
from linkage.report import persons_section as persons
from linkage.report.findings import NAMES, Findings, sentence_of_behind, sentence_of_jump
from linkage.report.model_section import made_up_section, model_section
from linkage.report.page import Section
from pages import svg
from settings.files import write_atomically


def write_report(findings: Findings, path: Path) -> Path:
    """Write the page to `path`, atomically; equal findings give equal bytes."""
    sections = [
        Section("look", "What to look at", _look(findings)),
        Section("quality", "Quality", _quality(findings)),
        Section("sweep", "Thresholds", _sweep(findings)),
        Section("clerks", "Clerical review", _clerical(findings)),
        Section("subgroups", "Errors by subgroup", persons.subgroups(findings)),
        Section("shape", "Shape of the persons", persons.shape(findings)),
        Section("datasets", "Links between data sets", persons.datasets(findings)),
        Section("conflicts", "Conflicting facts", persons.conflicts(findings)),
        Section("unlinkable", "Records that cannot be linked", persons.unlinkable(findings)),
        Section("trends", "Over the runs", _trends(findings)),
        Section("model", "Model", model_section(findings.model)),
        Section("pairs", "How made-up pairs are scored", made_up_section(findings.made_up)),
    ]
    intro = page.paragraph(
        f"As of {findings.as_of}. Persons are clusters of records at match probability {findings.threshold:g}. "
        f"Intervals hold with {findings.confidence:.0%} confidence."
    )
    write_atomically(path, page.page("Linkage report", intro, sections))
    return path


def _look(findings: Findings) -> str:
    facts = [
        (NAMES[name].capitalize(), f"{findings.value(name):,.0f}") for name in ("records", "persons", "households")
    ]
    facts.append(("Records per person", f"{findings.value('records_per_person'):.2f}"))
    if findings.quality:
        facts.append(("Pair F1", f"{findings.quality.pair_f1:.2%}"))
        facts.append(("Whole persons F1", f"{findings.quality.cluster_f1:.2%}"))
    else:
        whole = {rate.measure: rate.value for rate in findings.rates if rate.kind == WHOLE}
        facts += [(f"Records {NAMES[name]}", f"{whole[name]:.2%}") for name in EXPECTED if name in whole]
    behind = page.told(
        [sentence_of_behind(item) for item in findings.behind],
        otherwise="No subgroup's error rate is behind by more than the policy allows.",
    )
    jumped = page.told(
        [sentence_of_jump(item) for item in findings.jumps],
        otherwise="No measure jumped against earlier runs (a jump is told once there are enough of them).",
    )
    return page.cards(facts) + "<h3>Subgroups that fall behind</h3>" + behind + "<h3>Measures that jumped</h3>" + jumped


def _quality(findings: Findings) -> str:
    if findings.quality is None:
        return page.paragraph(
            "There is no truth to judge by. The expected errors below come from the model's own probabilities; they "
            "know nothing of true pairs that no blocking rule found."
        )
    quality = findings.quality
    rows = [
        [
            "pairs of records put into one person",
            *(f"{value:.2%}" for value in (quality.pair_precision, quality.pair_recall, quality.pair_f1)),
        ],
        [
            "whole persons, right to the last record",
            *(f"{value:.2%}" for value in (quality.cluster_precision, quality.cluster_recall, quality.cluster_f1)),
        ],
    ]
    merged = [
        [item.relation, f"{item.merged:,}", "" if item.pairs is None else f"{item.pairs:,}"]
        for item in findings.confusions
    ]
    return (
        page.paragraph(f"Judged against the truth of {quality.records:,} records.")
        + page.table("Agreement with the truth", ["", "Precision", "Recall", "F1"], rows)
        + (page.table("Pairs of people taken for one person", ["People", "Merged", "Of"], merged) if merged else "")
    )


def _sweep(findings: Findings) -> str:
    if not findings.cluster_sweep:
        return ""
    steps = [f"{threshold:g}" for threshold in findings.cluster_sweep]
    clusters, pairs = list(findings.cluster_sweep.values()), findings.pair_sweep
    charts = svg.lines(
        "Persons made at each threshold, by pairs of records",
        {"precision": [q.pair_precision for q in clusters], "recall": [q.pair_recall for q in clusters]},
        steps,
    ) + svg.lines(
        "Scored pairs alone, before clustering",
        {"precision": [q.precision for q in pairs], "recall": [q.recall for q in pairs]},
        [f"{q.threshold:g}" for q in pairs],
    )
    rows = [
        [
            f"{threshold:g}" + (" (in force)" if threshold == findings.threshold else ""),
            *(f"{share:.2%}" for share in (pair.precision, pair.recall, q.pair_precision, q.pair_recall)),
            *(f"{share:.2%}" for share in (q.pair_f1, q.cluster_precision, q.cluster_recall, q.cluster_f1)),
        ]
        for (threshold, q), pair in zip(findings.cluster_sweep.items(), pairs, strict=True)
    ]
    heads = ["Threshold", "Scored pairs: precision", "recall", "Persons by pairs: precision", "recall", "F1"]
    heads += ["Whole persons: precision", "recall", "F1"]
    return f'<div class="charts">{charts}</div>' + page.table("Quality at each threshold", heads, rows)


def _clerical(findings: Findings) -> str:
    clerical = findings.clerical
    if clerical is None or not any(band.same + band.different + band.unsure for band in clerical.bands):
        return ""
    rows = [
        [
            f"{band.low:g} to {band.high:g}",
            *(f"{count:,}" for count in (band.pairs, band.same, band.different, band.unsure)),
            "" if band.share is None else f"{band.share:.1%}",
            "" if band.share_low is None else f"{band.share_low:.1%} to {band.share_high:.1%}",
        ]
        for band in clerical.bands
    ]
    estimate = (
        "No pair above the threshold has been decided yet."
        if clerical.estimate is None
        else f"Weighted by the pairs of each band, {clerical.estimate:.2%} of the pairs above the threshold are right; "
        f"the bands that clerks have seen hold {clerical.covered:.0%} of them."
    )
    return page.paragraph(estimate) + page.table(
        "Decisions by probability", ["Probability", "Pairs", "Same", "Different", "Unsure", "Same", "Interval"], rows
    )


def _trends(findings: Findings) -> str:
    runs = max((len(points) for points in findings.history.values()), default=0)
    if runs < 2:
        return page.paragraph("One run so far: lines begin with the second.")
    counts = {"records", "persons", "households", "pairs", "records_per_person"}
    charts = "".join(
        svg.lines(
            NAMES[metric].capitalize(),
            {NAMES[metric]: [value for _, _, value in points]},
            [day[5:] for _, day, _ in points],
            is_share=metric not in counts,
        )
        for metric, points in findings.history.items()
        if len(points) > 1
    )
    rows = [
        [NAMES[metric], day, f"{value:,.6g}"] for metric, points in findings.history.items() for _, day, value in points
    ]
    return f'<div class="charts">{charts}</div>' + page.folded(
        "The numbers", page.table("Measures over the runs", ["Measure", "As of", "Value"], rows, words=2)
    )

"""Any files of person records, linked on their own: read, standardised, then the pipeline's own steps in memory.

Nothing is kept but what the caller asks to have written. How files are read is `file_reader.py`, what their columns
mean `file_columns.py` and `file_records.py`; the steps are those that the nightly run takes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from linkage.cluster import cluster
from linkage.deterministic import settle
from linkage.evaluation.evaluate import PairQuality, Quality, judge, judge_between
from linkage.files.file_columns import FileColumns, Wanted
from linkage.files.file_hints import Hint, find_hints
from linkage.files.file_reader import CSV, PARQUET
from linkage.files.file_records import read_files
from linkage.policy import LinkagePolicy
from linkage.predict import count_candidates, refuse_too_many, score
from linkage.prepare import prepare_records
from linkage.train import train
from settings.duck import connect, quoted
from settings.errors import UserError

Progress = Callable[[str], None]


@dataclass(frozen=True)
class LinkedFiles:
    """What was found. `columns`: file -> its columns; `unread`: role -> values that have no standard form.

    With a truth, `quality` is that of all records, or `quality_between`, with `link_only`, that of pairs of two files.
    """

    records: int
    pairs: int
    persons: int
    columns: Mapping[str, FileColumns]
    unread: Mapping[str, int]
    hints: Sequence[Hint] = ()
    quality: Quality | None = None
    quality_between: PairQuality | None = None


def link_files(
    files: Sequence[Path],
    wanted: Wanted,
    *,
    output: Path,
    policy: LinkagePolicy,
    pairs: Path | None = None,
    link_only: bool = False,
    progress: Progress = lambda _step: None,
) -> LinkedFiles:
    """Link the records of `files` and write record_id, file, person_id to `output` (Parquet, or CSV by its suffix).

    One file is de-duplicated; several are linked and de-duplicated; with `link_only` no two records of one file get
    the same person_id. `pairs`: where to write the pairs with their weight, probability and reason. Where no column
    tells records apart, record_id is the row's number, from 1. `wanted.truth` names the column of the true person.

    Raises UserError that lists every file and column that cannot be used, and every file that cannot be written.
    """
    _refuse_outputs(files, [output, *([pairs] if pairs else [])])
    work = connect(folder=output.parent)
    try:
        progress("reading")
        columns, unread = read_files(work, files, wanted)
        hints = find_hints(work, columns, wanted)
        progress("preparing")
        prepared = prepare_records(
            work, max_block_size=policy.max_block_size, max_loose_block_size=policy.max_loose_block_size
        )
        refuse_too_many(count_candidates(work, prepared), policy=policy)
        settle(work, prepared, policy=policy)
        progress(f"learning from {prepared.records:,} records")
        model = train(work, prepared, policy=policy)
        progress("scoring pairs")
        found = score(work, prepared, model, policy=policy, between_datasets=link_only)
        progress(f"clustering {found:,} pairs")
        persons = _cluster(work, policy, link_only=link_only)
        progress("writing")
        _write(work, _PERSONS, output)
        if pairs:
            _write(work, _PAIRS, pairs)
        linked = LinkedFiles(prepared.records, found, persons, columns, unread, hints)
        return _judged(work, linked, policy, link_only=link_only) if wanted.truth else linked
    finally:
        work.close()


def _refuse_outputs(files: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Raise UserError for files that cannot be written: better now than after the work."""
    problems = []
    for place, path in enumerate(outputs):
        if path.suffix.lower() not in CSV + PARQUET:
            problems.append(f"{path}: its name ends in none of {', '.join(CSV + PARQUET)}")
        elif path.resolve() in {file.resolve() for file in files}:
            problems.append(f"{path}: is one of the files to link and would be overwritten")
        elif path.resolve() in {other.resolve() for other in outputs[:place]}:
            problems.append(f"{path}: is named for both the persons and the pairs")
        elif path.is_dir():
            problems.append(f"{path}: is a folder")
        else:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with NamedTemporaryFile(dir=path.parent):
                    pass
            except OSError as error:
                problems.append(f"{path}: cannot be written ({error.strerror})")
    if problems:
        raise UserError("the result could not be written", problems)


def _cluster(work: Any, policy: LinkagePolicy, *, link_only: bool) -> int:
    """Make table `linked` (record_id, person_id): persons numbered in the order of their first record; count them.

    The surest pairs join first: clusters are made at the policy's thresholds down to the one in force.
    """
    thresholds = [threshold for threshold in policy.thresholds if threshold >= policy.match_threshold]
    cluster(work, thresholds=thresholds, one_per_dataset=link_only)
    work.execute(
        """
        create or replace table linked as
        select record_id, dense_rank() over (order by cluster_no) as person_id
        from cluster join record using (record_no)
        where threshold = ?
        """,
        [policy.match_threshold],
    )
    persons: int = work.execute("select count(distinct person_id) from linked").fetchone()[0]
    return persons


def _write(work: Any, query: str, path: Path) -> None:
    options = "format parquet" if path.suffix.lower() in PARQUET else "format csv, header"
    partial = path.with_name(f".{path.name}.partial")
    try:
        work.execute(f"copy ({query}) to {quoted(partial)} ({options})")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _judged(work: Any, linked: LinkedFiles, policy: LinkagePolicy, *, link_only: bool) -> LinkedFiles:
    """`linked` with its quality: with `link_only`, two records of one file are no pair that could have been found."""
    work.execute("create or replace table found as select record_id, person_id as found from linked")
    work.execute(
        "create or replace table truth as "
        "select record_id, truth as true_id, file_no as source from source where truth is not null"
    )
    if link_only:
        return replace(linked, quality_between=judge_between(work, threshold=policy.match_threshold))
    return replace(linked, quality=judge(work))


_PERSONS = """
select own_id as record_id, file, person_id
from linked join source using (record_id)
order by person_id, file_no, own_id
"""

_PAIRS = """
select
    l.own_id as record_id_l, l.file as file_l, r.own_id as record_id_r, r.file as file_r,
    match_weight, match_probability, match_reason
from pair
join reason using (reason_no)
join record as left_record on record_no_l = left_record.record_no
join record as right_record on record_no_r = right_record.record_no
join source as l on left_record.record_id = l.record_id
join source as r on right_record.record_id = r.record_id
order by record_no_l, record_no_r
"""

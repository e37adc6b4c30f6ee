"""Any files of person records, linked on their own: read, standardised, then the pipeline's own steps in memory.

Nothing is kept but what the caller asks to have written. Which column holds what is `file_columns.py`; standard forms
are `standard_forms.py`; the steps are those that the nightly run takes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from linkage.cluster import cluster
from linkage.deterministic import settle
from linkage.evaluate import Quality, judge
from linkage.file_columns import FileColumns, Wanted, columns_of, extra_column, unknown_columns
from linkage.policy import LinkagePolicy
from linkage.predict import count_candidates, refuse_too_many, score
from linkage.prepare import prepare_records
from linkage.standard_forms import standard_form, text_form
from linkage.train import train
from settings.duck import connect, identifier, quoted
from settings.errors import UserError

CSV = (".csv", ".txt", ".tsv")
PARQUET = (".parquet", ".pq")
READ_TOGETHER = (
    "given_name",
    "family_name",
    "address",
)  # several columns are one text; of other roles, the first value
Progress = Callable[[str], None]


@dataclass(frozen=True)
class LinkedFiles:
    """What was found. `columns`: file -> its columns; `unread`: role -> values that have no standard form."""

    records: int
    pairs: int
    persons: int
    columns: Mapping[str, FileColumns]
    unread: Mapping[str, int]
    quality: Quality | None


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

    Raises UserError that lists every file and column that cannot be used.
    """
    work = connect(folder=output.parent)
    try:
        progress("read")
        columns, unread = read_files(work, files, wanted)
        progress("prepare")
        prepared = prepare_records(
            work, max_block_size=policy.max_block_size, max_loose_block_size=policy.max_loose_block_size
        )
        refuse_too_many(count_candidates(work, prepared), policy=policy)
        settle(work, prepared, policy=policy)
        progress("train")
        model = train(work, prepared, policy=policy)
        progress("score")
        score(work, prepared, model, policy=policy)
        progress("cluster")
        _cluster(work, policy, link_only=link_only)
        _write(work, _PERSONS, output)
        if pairs:
            _write(work, _PAIRS, pairs)
        counted = work.execute(
            "select count(*), count(distinct person_id), (select count(*) from pair) from linked"
        ).fetchone()
        quality = _quality(work) if wanted.truth else None
        return LinkedFiles(counted[0], counted[2], counted[1], columns, unread, quality)
    finally:
        work.close()


def read_files(work: Any, files: Sequence[Path], wanted: Wanted) -> tuple[dict[str, FileColumns], dict[str, int]]:
    """Make tables `person_records` and `source` (record_id, file, own_id, truth).

    Returns the columns by file, and how many values of each role have no standard form.

    Raises UserError that lists every problem of all files.
    """
    problems: list[str] = []
    names = [path.name if [other.name for other in files].count(path.name) == 1 else str(path) for path in files]
    headers: dict[str, list[str]] = {}
    for place, (name, path) in enumerate(zip(names, files, strict=True)):
        if name in headers:
            problems.append(f"{name}: named twice")
        elif header := _read_raw(work, place, name, path, problems):
            headers[name] = header
    if not problems:
        problems += unknown_columns(wanted, headers)
    columns = {name: columns_of(header, wanted) for name, header in headers.items()}
    if not problems:
        problems += _unusable(work, columns)
    if problems:
        raise UserError("the files cannot be linked", problems)
    extras = {column: extra_column(column, place) for place, column in enumerate(wanted.extras)}
    work.execute("create or replace table person_records as " + _union(work, columns, extras))
    work.execute("create or replace table source as " + " union all by name ".join(_sources(columns)))
    return columns, _unread(work, columns)


def _read_raw(work: Any, place: int, name: str, path: Path, problems: list[str]) -> list[str]:
    """Make table `raw_<place>` of texts with column `row_number`; its columns, none where it cannot be read."""
    import duckdb

    suffix = path.suffix.lower()
    if not path.is_file():
        problems.append(f"{name}: there is no such file")
    elif suffix not in CSV + PARQUET:
        problems.append(f"{name}: its name ends in neither {', '.join(CSV + PARQUET)}")
    else:
        for encoding in ("utf-8", "latin-1"):
            reader = (
                f"read_parquet({quoted(path)})"
                if suffix in PARQUET
                else f"read_csv({quoted(path)}, header = true, all_varchar = true, encoding = '{encoding}')"
            )
            try:
                described = work.execute(f"describe select * from {reader}").fetchall()
                texts = ", ".join(
                    f"nullif(trim({identifier(column)}::varchar), '') as {identifier(column.strip())}"
                    for column, *_ in described
                )
                work.execute(f"""
                    create or replace table raw_{place} as
                    select {texts}, row_number() over () as "row number of the file" from {reader}
                """)
                return [column.strip() for column, *_ in described]
            except duckdb.Error:  # its message quotes the row; ours must not
                continue
        problems.append(f"{name}: cannot be read as {'Parquet' if suffix in PARQUET else 'CSV with a header'}")
    return []


def _unusable(work: Any, columns: Mapping[str, FileColumns]) -> list[str]:
    problems = []
    for place, (name, found) in enumerate(columns.items()):
        if not found.roles and not found.extras:
            problems.append(f"{name}: no column has an obvious identity role; name them with --map role=column")
        if found.identifier:
            column = identifier(found.identifier)
            empty, twice = work.execute(f"""
                select count(*) - count({column}), count({column}) - count(distinct {column}) from raw_{place}
            """).fetchone()
            if empty:
                problems.append(f"{name}: {empty:,} row(s) have no '{found.identifier}'; use --id row_number")
            if twice:
                problems.append(
                    f"{name}: '{found.identifier}' is not unique, {twice:,} row(s) repeat an earlier one; "
                    "name another column with --id, or use --id row_number"
                )
    return problems


def _own_id(found: FileColumns) -> str:
    return identifier(found.identifier) if found.identifier else '"row number of the file"::varchar'


def _value(role: str, found: FileColumns) -> str:
    names = [identifier(column) for column in found.roles[role]]
    if len(names) == 1:
        return names[0]
    return f"concat_ws(' ', {', '.join(names)})" if role in READ_TOGETHER else f"coalesce({', '.join(names)})"


def _union(work: Any, columns: Mapping[str, FileColumns], extras: Mapping[str, str]) -> str:
    """SQL of the standardised records of all files."""
    queries = []
    for place, (name, found) in enumerate(columns.items()):
        values = []
        for role in IDENTITY_ROLES:
            if role in found.roles:
                value = _value(role, found)
                month_first = role == "birth_date" and _is_month_first(work, place, value)
                values.append(f"{standard_form(role, value, is_month_first=month_first)} as {role}")
            else:
                values.append(f"null::{'date' if role == 'birth_date' else 'varchar'} as {role}")
        for column, made in extras.items():
            values.append(f"{text_form(identifier(column)) if column in found.extras else 'null::varchar'} as {made}")
        queries.append(
            f"select '{place:04}|' || {_own_id(found)} as record_id, {quoted(name)} as dataset, {', '.join(values)} "
            f"from raw_{place}"
        )
    return " union all ".join(queries)


def _is_month_first(work: Any, place: int, value: str) -> bool:
    """Whether more of the dates can be read with the month before the day than with the day before the month."""
    day, month = (f"count(try_strptime({value}, '{written}'))" for written in ("%d/%m/%Y", "%m/%d/%Y"))
    return bool(work.execute(f"select {month} > {day} from raw_{place}").fetchone()[0])


def _sources(columns: Mapping[str, FileColumns]) -> list[str]:
    return [
        f"select '{place:04}|' || {_own_id(found)} as record_id, {place} as file_no, {quoted(name)} as file, "
        f"{_own_id(found)} as own_id, {identifier(found.truth) if found.truth else 'null::varchar'} as truth "
        f"from raw_{place}"
        for place, (name, found) in enumerate(columns.items())
    ]


def _unread(work: Any, columns: Mapping[str, FileColumns]) -> dict[str, int]:
    """Values that are there and have no standard form, by role: they count as missing."""
    unread: dict[str, int] = {}
    for place, (name, found) in enumerate(columns.items()):
        for role in found.roles:
            written = work.execute(f"select count(nullif({_value(role, found)}, '')) from raw_{place}").fetchone()[0]
            read = work.execute(f"select count({role}) from person_records where dataset = ?", [name]).fetchone()[0]
            unread[role] = unread.get(role, 0) + written - read
    return {role: count for role, count in unread.items() if count}


def _cluster(work: Any, policy: LinkagePolicy, *, link_only: bool) -> None:
    """Make table `linked` (record_id, person_id): persons numbered in the order of their first record.

    The surest pairs join first: clusters are made at the policy's thresholds down to the one in force.
    """
    thresholds = [threshold for threshold in policy.thresholds if threshold >= policy.match_threshold]
    if link_only:
        work.execute(_BETWEEN_FILES)
    cluster(work, thresholds=thresholds)
    shared_by_one_file = _SHARED_BY_ONE_FILE.format(threshold=policy.match_threshold)
    while link_only and work.execute(shared_by_one_file).fetchone()[0]:
        work.execute(_DROP_WEAKEST)
        cluster(work, thresholds=thresholds)
    work.execute(
        """
        create or replace table linked as
        select record_id, dense_rank() over (order by cluster_no) as person_id
        from cluster join record using (record_no)
        where threshold = ?
        """,
        [policy.match_threshold],
    )


def _write(work: Any, query: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    options = "format csv, header" if path.suffix.lower() in CSV else "format parquet"
    partial = path.with_name(f".{path.name}.partial")
    work.execute(f"copy ({query}) to {quoted(partial)} ({options})")
    partial.replace(path)


def _quality(work: Any) -> Quality:
    work.execute("create or replace table found as select record_id, person_id as found from linked")
    work.execute(
        "create or replace table truth as select record_id, truth as true_id from source where truth is not null"
    )
    return judge(work)


# A record keeps its best partner in each other file, if it is that partner's best too.
_BETWEEN_FILES = """
create or replace table pair as
with sided as (
    select pair.*, l.dataset as dataset_l, r.dataset as dataset_r
    from pair
    join record as l on record_no_l = l.record_no
    join record as r on record_no_r = r.record_no
    where l.dataset <> r.dataset
)
select * exclude (dataset_l, dataset_r)
from sided
qualify row_number() over (
    partition by record_no_l, dataset_r order by match_probability desc, match_weight desc nulls first, record_no_r
) = 1 and row_number() over (
    partition by record_no_r, dataset_l order by match_probability desc, match_weight desc nulls first, record_no_l
) = 1
order by record_no_l, record_no_r
"""

_SHARED_BY_ONE_FILE = """
create or replace temp table final as select record_no, cluster_no from cluster where threshold = {threshold};

create or replace temp table crowded as
select distinct cluster_no
from (
    select cluster_no from final join record using (record_no) group by cluster_no, dataset having count(*) > 1
);

select count(*) from crowded
"""

_DROP_WEAKEST = """
create or replace table pair as
with placed as (
    select pair.*, cluster_no in (from crowded) as is_crowded, cluster_no
    from pair left join final on record_no_l = record_no
)
select * exclude (is_crowded, cluster_no)
from placed
qualify not is_crowded or row_number() over (
    partition by cluster_no order by match_probability, match_weight nulls last, record_no_l, record_no_r
) > 1
"""

_PERSONS = """
select own_id as record_id, file, person_id
from linked join source using (record_id)
order by person_id, record_id
"""

_PAIRS = """
select
    l.own_id as record_id_l, l.file as file_l, r.own_id as record_id_r, r.file as file_r,
    match_weight, match_probability, match_reason
from pair
join record as left_record on record_no_l = left_record.record_no
join record as right_record on record_no_r = right_record.record_no
join source as l on left_record.record_id = l.record_id
join source as r on right_record.record_id = r.record_id
order by record_no_l, record_no_r
"""

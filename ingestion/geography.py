"""Standard place lookups from the sources that `region/geography/geography.yaml` names.

What belongs here: checking and writing the five lookups. Reading the yaml is `geography_plan.py`; the shape of each
published file is `geography_loaders.py`. Nothing here knows a partner or a person.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.geography_loaders import LOADERS, LOOKUPS, Source, need, scan
from ingestion.geography_plan import Plan, fingerprint_of, read_plan
from settings import duck, files
from settings.duck import quoted
from settings.errors import RegionError
from settings.paths import Home, Region


@dataclass(frozen=True)
class GeographyResult:
    """Rows written per lookup. `skipped`: the sources are those of last time, and nothing was written."""

    rows: dict[str, int]
    skipped: bool
    notes: tuple[str, ...] = ()


def load_geography(region: Region, home: Home) -> GeographyResult:
    """Write `<home>/geography/{postcode,uprn,street,ward,district}.parquet`, ordered by key.

    A lookup that geography.yaml does not name is written empty with its columns and types. Ids are text;
    deprivation_fifth is 1 for the most deprived. Raises RegionError naming the entry, the file and the column.
    """
    plan = read_plan(region, home)
    fingerprint = fingerprint_of(region, plan)
    state_path = home.state / "geography.json"
    state = files.read_json(state_path)
    outputs = {lookup: home.geography / f"{lookup}.parquet" for lookup in LOOKUPS}
    if state and state["fingerprint"] == fingerprint and all(path.exists() for path in outputs.values()):
        return GeographyResult(rows=state["rows"], skipped=True, notes=tuple(state["notes"]))
    home.geography.mkdir(parents=True, exist_ok=True)
    notes: list[str] = []
    rows: dict[str, int] = {}
    with duck.connect(folder=home.geography) as connection:
        for lookup in LOOKUPS:
            notes += _build(connection, lookup, plan)
        for lookup, path in outputs.items():
            rows[lookup] = _write(connection, lookup, path)
    files.write_json(state_path, {"fingerprint": fingerprint, "rows": rows, "notes": notes})
    return GeographyResult(rows=rows, skipped=False, notes=tuple(notes))


def _build(connection: Any, lookup: str, plan: Plan) -> tuple[str, ...]:
    """Make the table `lookup`, checked. Returns notes."""
    columns = LOOKUPS[lookup]
    source = plan.sources.get(lookup)
    if source is None:
        connection.execute(f"create table {lookup} ({', '.join(f'{c} {t}' for c, t in columns.items())})")
        return ()
    try:
        statement = LOADERS[source.loader][lookup](connection, source)
        connection.execute(f"create temp table source as {statement.sql}")
    except duckdb.Error as error:
        raise RegionError(
            f"{source.where}: {source.path.name} could not be read by the loader '{source.loader}'",
            [f"{type(error).__name__}; check that it is UTF-8 with commas, or Parquet, and complete"],
        ) from None
    _check(connection, source)
    casts = ", ".join(f"{_standard(column, kind)} as {column}" for column, kind in columns.items())
    connection.execute(f"create table {lookup} as select {casts} from source")
    connection.execute("drop table source")
    _check_key(connection, source)
    if plan.districts:
        _limit(connection, lookup, plan)
    if lookup == "ward" and plan.deprivation:
        _add_deprivation(connection, plan)
    return statement.notes


def _standard(column: str, kind: str) -> str:
    if column == "postcode":
        bare = f"regexp_replace(upper({column}::varchar), '[^A-Z0-9]', '', 'g')"
        return f"case when length({bare}) > 3 then {bare}[:-4] || ' ' || {bare}[-3:] end"
    if column == "uprn":  # as staging has it
        return f"nullif(ltrim(trim({column}::varchar), '0'), '')"
    if kind == "varchar":
        return f"nullif(trim({column}::varchar), '')"
    if column == "is_communal":
        return f"coalesce(try_cast({column} as boolean), false)"
    return f"try_cast({column} as {kind})"


def _check(connection: Any, source: Source) -> None:
    problems = []
    for column, kind in LOOKUPS[source.lookup].items():
        if kind != "varchar":
            (bad,) = connection.execute(
                f"select count(*) from source where {column} is not null and try_cast({column} as {kind}) is null"
            ).fetchone()
            if bad:
                problems.append(f"column '{column}': {bad} value(s) are not {kind}; correct them in the file")
    if problems:
        raise RegionError(f"{source.where}: {source.path.name}", problems)


def _check_key(connection: Any, source: Source) -> None:
    key = next(iter(LOOKUPS[source.lookup]))
    empty, repeated = connection.execute(
        f"select count(*) - count({key}), count({key}) - count(distinct {key}) from {source.lookup}"
    ).fetchone()
    problems = []
    if empty:
        problems.append(f"column '{key}': {empty} row(s) are empty; every row needs one")
    if repeated:
        problems.append(f"column '{key}': {repeated} row(s) repeat an earlier one; keep one row for each")
    if problems:
        raise RegionError(f"{source.where}: {source.path.name}", problems)


def _limit(connection: Any, lookup: str, plan: Plan) -> None:
    """Keep the region's own places. UPRNs that state no ward and no postcode cannot be judged and stay."""
    if "district_code" in LOOKUPS[lookup]:
        inside = f"district_code in ({', '.join(quoted(code) for code in plan.districts)})"
        connection.execute(f"delete from {lookup} where ({inside}) is not true")
    if lookup == "uprn" and "postcode" in plan.sources:
        connection.execute(
            """delete from uprn where coalesce(ward_code, postcode) is not null
               and not coalesce(ward_code in (select ward_code from postcode where ward_code is not null), false)
               and not coalesce(postcode in (select postcode from postcode), false)"""
        )


def _add_deprivation(connection: Any, plan: Plan) -> None:
    """Fill deprivation_fifth from the ranks of the ward's small areas (LSOAs).

    A ward's score is the plain mean of their ranks: LSOAs are drawn to hold about 1,500 people each, so no population
    file is needed. Fifths are of all wards in the source, before the region is cut out: 1 means among the most
    deprived fifth of the country's wards.
    """
    rank_column = str(plan.deprivation.get("rank_column", "IMD_rank"))
    area = str(plan.deprivation.get("area_column", "lsoa21_code"))
    ward = str(plan.deprivation.get("ward_column", "ward24_code"))
    source = Source("ward", "deprivation", Path(plan.deprivation["ranks"]))
    ranks, found = scan(connection, source.path)
    need(source, source.path, found, (rank_column, area))
    wards_path = Path(plan.deprivation["wards"])
    wards, found = scan(connection, wards_path)
    need(source, wards_path, found, (area, ward))
    connection.execute(
        f"""update ward set deprivation_fifth = place.fifth from (
            select ward_code, ntile(5) over (order by score, ward_code) as fifth from (
                select w.{duck.identifier(ward)} as ward_code, avg(r.{duck.identifier(rank_column)}::double) as score
                from {ranks} as r join {wards} as w using ({duck.identifier(area)})
                where w.{duck.identifier(ward)} is not null group by all)) as place
        where place.ward_code = ward.ward_code"""
    )


def _write(connection: Any, lookup: str, path: Path) -> int:
    key = next(iter(LOOKUPS[lookup]))
    temporary = path.with_name(f".{path.name}")
    connection.execute(
        f"copy (select * from {lookup} order by {key}) to {quoted(temporary)} (format parquet, compression zstd)"
    )
    temporary.replace(path)
    return int(connection.execute(f"select count(*) from {lookup}").fetchone()[0])

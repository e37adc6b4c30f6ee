"""Judges a built release before it is put in force. Reads only; every problem is found at once.

The rules here do not trust the SQL that made the tiers: columns by name, counts by value, rows by comparison.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import IDENTITY_ROLES, Contract
from settings import duck
from settings.duck import identifier, quoted
from settings.errors import PublicationRefused
from settings.parquet_files import source
from sharing.about import columns_of
from sharing.build import DATABASE
from sharing.tiers import SUPPRESSED, UNIT_COLUMNS, count_columns, level_and_detail

# Sex is a fact of the person spine; a postcode is the unit of its own level. Row numbers point back into a file.
SHARED_ROLES = ("sex",)
INTERNAL_COLUMNS = ("record_id", "row_number")


def audit(
    folder: Path,
    *,
    warehouse: Path,
    tiers: Sequence[str],
    thresholds: Mapping[str, int],
    contracts: Mapping[str, Contract],
) -> None:
    """Raise PublicationRefused, listing tiers, columns and counts of rows, unless the release in `folder` is sound.

    thresholds: place level -> largest count that must not be shown; `level/dataset` where a data set has its own.
    `warehouse` is compared by rows per tier.
    """
    problems: list[str] = []
    with duck.connect(folder / DATABASE, read_only=True) as connection:
        duck.attach(connection, warehouse, "warehouse", read_only=True)
        own = "schema_name = 'tiers' and database_name = current_database()"
        tables = connection.execute(f"select table_name from duckdb_tables() where {own}").fetchall()
        found = {row[0] for row in tables}
        problems += [f"tier {tier} is missing" for tier in tiers if tier not in found]
        problems += [f"table tiers.{tier} was not asked for" for tier in sorted(found - set(tiers))]
        for tier in tiers:
            if tier in found:
                problems += _rows(connection, tier, folder)
                problems += tier_problems(connection, tier, contracts=contracts, thresholds=thresholds)
    if problems:
        raise PublicationRefused(f"the release failed its audit in {len(problems)} point(s)", problems)


def tier_problems(
    connection: Any, tier: str, *, contracts: Mapping[str, Contract], thresholds: Mapping[str, int]
) -> Iterator[str]:
    """What is wrong with one released tier by itself: identifying columns, small counts, unshared measures."""
    yield from _columns(connection, tier, contracts)
    yield from _counts(connection, tier, thresholds)
    yield from _measures(connection, tier, contracts)


def _one(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _columns(connection: Any, tier: str, contracts: Mapping[str, Contract]) -> Iterator[str]:
    columns = columns_of(connection, f"tiers.{identifier(tier)}")
    unit = UNIT_COLUMNS[level_and_detail(tier)[0]]
    yield from (f"{tier}: unit column {name} is missing" for name in (*unit, "dataset") if name not in columns)
    named = {name for contract in contracts.values() for name in contract.identity.values()}
    forbidden = ({*IDENTITY_ROLES, *INTERNAL_COLUMNS} | named) - {*SHARED_ROLES, *unit}
    yield from (f"{tier}: column {name} identifies people" for name in columns if name.lower() in forbidden)


def _rows(connection: Any, tier: str, folder: Path) -> Iterator[str]:
    name = identifier(tier)
    rows = _one(connection, f"select count(*) from tiers.{name}")
    others = {
        "the warehouse": f"select count(*) from warehouse.tiers.{name}",
        "its Parquet file": f"select count(*) from {source(connection, folder / 'tiers' / f'{tier}.parquet')}",
        "about.tier": f"select coalesce(sum(rows), 0) from about.tier where tier = {quoted(tier)}",
    }
    for place, query in others.items():
        theirs = _one(connection, query)
        if theirs != rows:
            yield f"{tier}: {rows} rows in the release, {theirs} in {place}"


def _counts(connection: Any, tier: str, thresholds: Mapping[str, int]) -> Iterator[str]:
    table = f"tiers.{identifier(tier)}"
    columns = columns_of(connection, table)
    counts = count_columns(tier, columns)
    level = level_and_detail(tier)[0]
    if counts and level not in thresholds:
        yield f"{tier}: policies/disclosure.csv has no threshold for {level}"
        return
    own = {key.split("/")[1]: most for key, most in thresholds.items() if key.startswith(f"{level}/")}
    cases = "".join(f" when dataset = {quoted(dataset)} then {most:d}" for dataset, most in own.items())
    threshold = f"case{cases} else {thresholds[level]:d} end" if own else f"{thresholds.get(level, 0):d}"
    for name in counts:
        small = _one(connection, f"select count(*) from {table} where {name} between 1 and {threshold}")
        if small:
            also = " or to the data set's own threshold" if own else ""
            yield f"{tier}: {small} row(s) show a {name} from 1 to {thresholds[level]}{also}"
        reason = "value_reason" if name == "value_count" else f"{name}_reason"
        if reason not in columns:
            yield f"{tier}: {name} has no column {reason}"
            continue
        shown = _one(connection, f"select count(*) from {table} where {reason} = '{SUPPRESSED}' and {name} is not null")
        if shown:
            yield f"{tier}: {shown} row(s) show a {name} that {reason} says is suppressed"


def _measures(connection: Any, tier: str, contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Only what a contract shares as a measure may appear in the column `measure`."""
    if "measure" not in columns_of(connection, f"tiers.{identifier(tier)}"):
        return
    shared = [f"({quoted(item.dataset)}, {quoted(name)})" for item in contracts.values() for name in item.measures]
    known = f"(dataset, measure) in ({', '.join(shared)})" if shared else "false"
    strange = _one(
        connection,
        f"select count(*) from tiers.{identifier(tier)} where measure is not null and not ({known})",
    )
    if strange:
        yield f"{tier}: {strange} row(s) hold a measure that no contract shares"

"""How each published place file becomes one of our lookups: a select statement per (loader, lookup).

Only the shape of the published files belongs here. Which file is loaded, and where the result goes, is `geography.py`.
A statement returns text or typed values under our column names; `geography.py` casts, checks and orders them.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from settings.duck import identifier, quoted
from settings.errors import RegionError

LOOKUPS: dict[str, dict[str, str]] = {
    "postcode": {
        "postcode": "varchar",
        "ward_code": "varchar",
        "district_code": "varchar",
        "easting": "integer",
        "northing": "integer",
    },
    "uprn": {
        "uprn": "varchar",
        "usrn": "varchar",
        "postcode": "varchar",
        "ward_code": "varchar",
        "is_communal": "boolean",
    },
    "street": {"usrn": "varchar", "street_name": "varchar"},
    "ward": {
        "ward_code": "varchar",
        "ward_name": "varchar",
        "district_code": "varchar",
        "deprivation_fifth": "integer",
    },
    "district": {"district_code": "varchar", "district_name": "varchar"},
}
"""Lookup -> column -> type. The first column is the key."""

REQUIRED = {"postcode": ("postcode", "ward_code"), "uprn": ("uprn",), "street": ("usrn",)}

# Code-Point Open as Ordnance Survey ships it: one headerless CSV per postcode area, these columns in this order.
CODE_POINT_COLUMNS = (
    "postcode",
    "positional_quality",
    "easting",
    "northing",
    "country_code",
    "nhs_regional_ha",
    "nhs_ha",
    "county_code",
    "district_code",
    "ward_code",
)
# The ONS renames its columns with each year's boundaries (wd24cd, wd25cd); the first that is there is taken.
ONSPD_COLUMNS = {
    "postcode": ("pcds", "pcd2", "pcd"),
    "ward_code": ("osward", "wd*cd", "ward_code"),
    "district_code": ("oslaua", "lad*cd", "laua"),
    "easting": ("oseast1m", "east1m"),
    "northing": ("osnrth1m", "north1m"),
}


@dataclass(frozen=True)
class Source:
    """One entry of `lookups` in geography.yaml with its path found."""

    lookup: str
    loader: str
    path: Path
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"geography.yaml: lookups: {self.lookup}"


@dataclass(frozen=True)
class Statement:
    """A select with the lookup's columns, and what the reader should know about it."""

    sql: str
    notes: tuple[str, ...] = ()


def scan(connection: Any, path: Path, *, names: tuple[str, ...] = ()) -> tuple[str, tuple[str, ...]]:
    """(from-clause, column names) of a Parquet or CSV file, or of a folder of CSV files. Nothing is detected.

    names: the columns of a CSV without a header.
    """
    if path.suffix.lower() == ".parquet":
        clause = f"read_parquet({quoted(path)})"
        return clause, tuple(row[0] for row in connection.execute(f"describe select * from {clause}").fetchall())
    header = names or _header(path)
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header)
    clause = (
        f"read_csv({quoted(path / '*.csv' if path.is_dir() else path)}, auto_detect = false, delim = ',', quote = '\"',"
        f" escape = '\"', nullstr = '', header = {not names}, columns = {{{columns}}})"
    )
    return clause, tuple(header)


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return tuple(next(csv.reader(file), ()))
        except UnicodeDecodeError:
            raise RegionError(f"{path.name} is not UTF-8", ["save it as CSV UTF-8"]) from None


def need(source: Source, path: Path, found: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    """Raise RegionError naming the columns that `path` lacks."""
    missing = [name for name in wanted if name.lower() not in {column.lower() for column in found}]
    if missing:
        raise RegionError(
            f"{source.where}: {path.name} does not suit the loader '{source.loader}'",
            [f"column '{name}' is missing; name a file that has it, or use another loader" for name in missing],
        )


def _plain(connection: Any, source: Source) -> Statement:
    clause, found = scan(connection, source.path)
    columns = LOOKUPS[source.lookup]
    theirs = {name: str((source.options.get("columns") or {}).get(name, name)) for name in columns}
    key = next(iter(columns))
    named = [name for name in columns if name in (source.options.get("columns") or {})]  # asked for: must be there
    wanted = dict.fromkeys([*REQUIRED.get(source.lookup, (key,)), *named])
    need(source, source.path, found, tuple(theirs[name] for name in wanted))
    lower = {name.lower() for name in found}
    parts = [f"{identifier(theirs[name]) if theirs[name].lower() in lower else 'null'} as {name}" for name in columns]
    return Statement(f"select {', '.join(parts)} from {clause}")


def _code_point(connection: Any, source: Source) -> tuple[str, tuple[str, ...]]:
    headerless = source.path.is_dir() or source.options.get("header") is False
    clause, found = scan(connection, source.path, names=CODE_POINT_COLUMNS if headerless else ())
    need(source, source.path, found, ("postcode", "easting", "northing", "district_code", "ward_code"))
    return clause, found


def _code_point_postcode(connection: Any, source: Source) -> Statement:
    clause, _ = _code_point(connection, source)
    placeless = "try_cast(easting as integer) = 0 and try_cast(northing as integer) = 0 and ward_code is null"
    dropped = connection.execute(f"select count(*) from {clause} where {placeless}").fetchone()[0]
    wardless = connection.execute(
        f"select count(*) from {clause} where ward_code is null and not ({placeless})"
    ).fetchone()[0]
    columns = ", ".join(LOOKUPS["postcode"])
    return Statement(
        f"select {columns} from {clause} where ({placeless}) is not true",
        (
            f"{source.path.name}: {dropped} postcodes at 0,0 with no ward left out",
            f"{source.path.name}: {wardless} postcodes kept that have a position and no ward",
        ),
    )


def _names(connection: Any, source: Source) -> str:
    """A from-clause with code and name from the loader's code list."""
    path = source.options.get("codelist")
    if path is None:
        raise RegionError(
            f"{source.where}: loader '{source.loader}' takes names from a code list",
            ["add 'codelist: <path>', a CSV file with the columns code and name"],
        )
    clause, found = scan(connection, Path(path))
    need(source, Path(path), found, ("code", "name"))
    return f"(select code, min(name) as name from {clause} group by code)"


def _code_point_ward(connection: Any, source: Source) -> Statement:
    clause, _ = _code_point(connection, source)
    return Statement(
        f"""select place.ward_code, names.name as ward_name, place.district_code, null as deprivation_fifth
        from (select ward_code, mode(district_code order by district_code) as district_code
              from {clause} where ward_code is not null group by ward_code) as place
        left join {_names(connection, source)} as names on names.code = place.ward_code"""
    )


def _code_point_district(connection: Any, source: Source) -> Statement:
    clause, _ = _code_point(connection, source)
    return Statement(
        f"""select place.district_code, names.name as district_name
        from (select distinct district_code from {clause} where district_code is not null) as place
        left join {_names(connection, source)} as names on names.code = place.district_code"""
    )


def _first(found: tuple[str, ...], candidates: tuple[str, ...]) -> str | None:
    from fnmatch import fnmatch

    for candidate in candidates:
        for name in found:
            if fnmatch(name.lower(), candidate):
                return name
    return None


def _onspd(connection: Any, source: Source) -> Statement:
    clause, found = scan(connection, source.path)
    chosen = {ours: _first(found, candidates) for ours, candidates in ONSPD_COLUMNS.items()}
    need(source, source.path, found, tuple(ONSPD_COLUMNS[ours][0] for ours, name in chosen.items() if name is None))
    parts = [f"nullif(trim({identifier(str(name))}::varchar), '') as {ours}" for ours, name in chosen.items()]
    return Statement(
        f"select {', '.join(parts)} from {clause}",
        (f"{source.path.name}: terminated postcodes are kept, because old records hold them",),
    )


def _os_open_uprn(connection: Any, source: Source) -> Statement:
    clause, found = scan(connection, source.path)
    need(source, source.path, found, ("UPRN", "X_COORDINATE", "Y_COORDINATE"))
    notes = [f"{source.path.name}: OS Open UPRN has no postcode, ward or use; they are null"]
    links = source.options.get("links")
    if links is None:
        notes.append(f"{source.path.name}: no street either; add 'links' (OS Open Linked Identifiers, UPRN to USRN)")
        return Statement(
            f"""select UPRN as uprn, null as usrn, null as postcode, null as ward_code, null as is_communal
            from {clause}""",
            tuple(notes),
        )
    linked, linked_found = scan(connection, Path(links))
    need(source, Path(links), linked_found, ("IDENTIFIER_1", "IDENTIFIER_2"))
    return Statement(
        f"""select place.UPRN as uprn, street.usrn, null as postcode, null as ward_code, null as is_communal
        from {clause} as place
        left join (select IDENTIFIER_1::varchar as uprn, min(IDENTIFIER_2::varchar) as usrn
                   from {linked} group by all) as street on street.uprn = place.UPRN::varchar""",
        tuple(notes),
    )


LOADERS: dict[str, dict[str, Callable[[Any, Source], Statement]]] = {
    "plain": dict.fromkeys(LOOKUPS, _plain),
    "code_point_open": {
        "postcode": _code_point_postcode,
        "ward": _code_point_ward,
        "district": _code_point_district,
    },
    "onspd": {"postcode": _onspd},
    "os_open_uprn": {"uprn": _os_open_uprn},
}
"""Loader -> the lookups it can fill."""

"""How many people (or households) look alike in a row-level tier, and how alike they are: k-anonymity and l-diversity.

Alike means equal in what an outsider may know: age band, sex and ward of a person; ward and size of a household. k is
how many of those alike have a row in the tier and data set; l is how many different values they show there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from settings.duck import identifier, quoted

CLASS_COLUMNS = {"person": ("age_band", "sex", "ward_code"), "household": ("ward_code", "members")}
UNIT = {"person": "person_id", "household": "household_id"}
# What a row tells beyond whom it is about; for measures, the value within each measure.
TOLD = {
    "known_to": "status",
    "rag": "rag",
    "coded": "code",
    "full": "coalesce(code, value::varchar, value_date::varchar)",
}
DETAILS_BY_MEASURE = ("coded", "full")
REPORT = """
create table about.anonymity (tier varchar, dataset varchar, minimum_k integer, minimum_l integer, units bigint,
    classes bigint, smallest_k bigint, smallest_l bigint, unique_units bigint, held_back_units bigint,
    held_back_rows bigint)"""


@dataclass(frozen=True)
class Limit:
    """The least k and l of one data set in one tier. 1 asks for nothing."""

    k: int
    l: int  # noqa: E741 - the term of the field


def measure_classes(connection: Any, *, level: str, detail: str, source: str) -> None:
    """Make the temporary table `classes`: (data set, class) with units, rows and diversity in the rows of `source`."""
    grain = ", ".join(("dataset", *CLASS_COLUMNS[level]))
    told, unit = f"coalesce({TOLD[detail]}, '')", UNIT[level]
    measure = ", measure" if detail in DETAILS_BY_MEASURE else ""
    connection.execute(
        f"""create or replace temp table classes as
        with told as (
            select {grain}{measure}, count(distinct {told}) as told, count(*) as row_count
            from {source} group by {grain}{measure}
        ),
        diversity as (
            select {grain}, min(told) as diversity, sum(row_count) as row_count from told group by {grain}
        ),
        units as (select {grain}, count(distinct {unit}) as units from {source} group by {grain})
        select units.*, diversity.diversity, diversity.row_count, false as is_held_back
        from units inner join diversity on {_same(("dataset", *CLASS_COLUMNS[level]), "units", "diversity")}"""
    )


def hold_back(connection: Any, limits: Mapping[str, Limit]) -> bool:
    """Mark the classes under their data set's limit. Returns whether there are any."""
    for dataset, limit in limits.items():
        connection.execute(
            f"""update classes set is_held_back = true
            where dataset = {quoted(dataset)} and (units < {limit.k:d} or diversity < {limit.l:d})"""
        )
    (held,) = connection.execute("select count(*) from classes where is_held_back").fetchone()
    return bool(held)


def without_held_back(select: str, *, level: str) -> str:
    """The rows of `select` whose class is not held back."""
    same = _same(("dataset", *CLASS_COLUMNS[level]), "cells", "held")
    return f"select cells.* from ({select}) as cells anti join (from classes where is_held_back) as held on {same}"


def report(connection: Any, tier: str, limits: Mapping[str, Limit]) -> int:
    """Add one line per data set to `about.anonymity`, of what is released. Returns the rows held back."""
    for dataset, limit in sorted(limits.items()):
        connection.execute(
            """insert into about.anonymity
            select ?, ?, ?, ?,
                coalesce(sum(units) filter (not is_held_back), 0), count(*) filter (not is_held_back),
                min(units) filter (not is_held_back), min(diversity) filter (not is_held_back),
                coalesce(sum(units) filter (not is_held_back and units = 1), 0),
                coalesce(sum(units) filter (is_held_back), 0), coalesce(sum(row_count) filter (is_held_back), 0)
            from classes where dataset = ?""",
            [tier, dataset, limit.k, limit.l, dataset],
        )
    (rows,) = connection.execute(
        "select coalesce(sum(held_back_rows), 0) from about.anonymity where tier = ?", [tier]
    ).fetchone()
    return int(rows)


def _same(columns: tuple[str, ...], left: str, right: str) -> str:
    return " and ".join(
        f"{left}.{identifier(name)} is not distinct from {right}.{identifier(name)}" for name in columns
    )

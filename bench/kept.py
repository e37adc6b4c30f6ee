"""`python -m bench.kept HOME`: how much of the truth each place tier still tells after each way of disclosure control.

The tiers are made anew from a night's `linked`, by the project's own SQL under other policies: nothing withheld (the
truth), suppress and round, what several worlds agree on, and the draw. Attacks on them are `disclosure.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from settings import duck
from settings.paths import Home
from sharing.complementary import complementary
from sharing.tiers import PLACE_LEVELS, UNIT_COLUMNS
from tests.sharing.place_release import tier_sql

SMALL = 7
COUNTS = {
    "known_to": ("people_current", "people_historic", "people_living"),
    "rag": ("people_red", "people_amber", "people_green"),
    "coded": ("people",),
    "full": ("people",),
}
ROW = ("dataset", "measure", "code", "age_band", "sex")
TRUTH = "truth"


@dataclass(frozen=True)
class Way:
    """A policy for all data sets."""

    name: str
    threshold: int = SMALL
    rounding: int = 5
    least_values: int = 1
    left_out_share: float = 0


WAYS = (
    Way(TRUTH, threshold=0, rounding=1),
    Way("suppress and round"),
    Way("several worlds (3)", least_values=3),
    Way("draw (0.25)", left_out_share=0.25),
)


@dataclass(frozen=True)
class Kept:
    """One tier's counts above `SMALL` one way: share withheld, and 1 less the mean error in proportion to the truth."""

    tier: str
    way: str
    withheld: float
    kept: float


def lay_out(connection: Any, way: Way) -> None:
    """Make schema `kept` of the night's `linked`, under the way's rules."""
    connection.execute("drop schema if exists kept cascade; create schema kept")
    names = "select table_name from information_schema.tables where table_catalog = 'night' and table_schema = 'linked'"
    for (name,) in connection.execute(f"{names} order by 1").fetchall():
        connection.execute(f"create view kept.{duck.identifier(name)} as from night.linked.{duck.identifier(name)}")
    connection.execute(f"""
        drop view kept.disclosure_rule; drop view kept.complementary;
        create table kept.disclosure_rule as select * replace ({way.threshold} as threshold, {way.rounding} as rounding,
            {way.least_values} as least_values, {way.left_out_share}::double as left_out_share,
            level = 'ward' or {way.threshold} = 0 as zero_released) from night.linked.disclosure_rule""")
    complementary(connection, schema="kept").create("kept.complementary")


def measure(connection: Any) -> Iterator[Kept]:
    """Every tier made every way, the truth first."""
    for way in WAYS:
        lay_out(connection, way)
        for level in PLACE_LEVELS:
            for detail, counts in COUNTS.items():
                name = f"{level}_{detail}"
                said = ", ".join(f"struct_pack(name := '{count}', people := {count})" for count in counts)
                connection.execute(f"""create or replace temp table "{way.name}/{name}" as
                    with tier as ({tier_sql(level, detail, schema="kept")})
                    select {UNIT_COLUMNS[level][0]} as place, {_columns(detail)}, unnest([{said}], recursive := true)
                    from tier""")
                if way.name != TRUTH:
                    yield Kept(name, way.name, *_compare(connection, way, name, guess=4 if level == "ward" else 3.5))


def _columns(detail: str) -> str:
    """What tells a count from others of its place."""
    there = {"known_to": 1, "rag": 1, "coded": 3, "full": 5}[detail]
    return ", ".join(f"{name}" if number < there else f"null as {name}" for number, name in enumerate(ROW))


def _compare(connection: Any, way: Way, tier: str, *, guess: float) -> tuple[float, float]:
    """A withheld count is guessed at `guess`, the middle of what a withheld count mostly is."""
    same = " and ".join(f"truth.{name} is not distinct from told.{name}" for name in ("place", *ROW, "name"))
    withheld, kept = connection.execute(f"""
        select avg((told.people is null)::integer),
            1 - sum(abs(coalesce(told.people, {guess}) - truth.people)) / sum(truth.people)
        from "{TRUTH}/{tier}" as truth left join "{way.name}/{tier}" as told on {same}
        where truth.people > {SMALL}""").fetchone()
    return float(withheld or 0), float(kept or 0)


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(home: Path) -> None:
    """Compare what the place tiers of HOME's last night tell, one way of disclosure control beside the others."""
    with duck.connect() as connection:
        duck.attach(connection, Home(home).warehouse_db, "night", read_only=True)
        found = list(measure(connection))
    table = Table("tier", *(f"{way.name}: {what}" for way in WAYS[1:] for what in ("withheld", "kept")))
    for tier in dict.fromkeys(item.tier for item in found):
        own = {item.way: item for item in found if item.tier == tier}
        cells = [(f"{own[way.name].withheld:.0%}", f"{own[way.name].kept:.3f}") for way in WAYS[1:]]
        table.add_row(tier, *(text for pair in cells for text in pair))
    Console(width=160).print(table)


if __name__ == "__main__":
    main()

"""The attacker's run: random small regions, alone and over successive nights, before and after the guard.

`python -m bench.disclosure --regions 200 --nights 10`. Each region's outcome is a line of the output file; a run that
is started again goes on where it ended. Run from the repository: the attacker lives with the tests.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random

import click
import duckdb
import numpy as np
import pandas as pd

from tests.sharing.attacker import PLACES, Cell, Facts, atoms, cells, matrix_of, solve, together, truth
from tests.sharing.place_release import release
from tests.sharing.random_places import busy_postcodes, draw_region, fill, next_night

LEAST_VALUES = 3
SMALL = 7
FIRST_NIGHT, REMEMBERED_DAYS = date(2026, 6, 1), 28
AT_ONCE = 20  # regions
COUNTED = ("people", "people_current", "people_historic", "people_red", "people_amber", "people_green")


@dataclass(frozen=True)
class Told:
    """What one night's release says, the atoms of each cell, and how many people its counts tell of."""

    cells: list[Cell]
    matrix: np.ndarray
    kept: int


def nights_of(seed: int, number: int) -> list[pd.DataFrame]:
    """The region on successive nights; half of each ward's postcodes never change."""
    nights = [draw_region(seed)]
    while len(nights) < number:
        nights.append(next_night(nights[-1], 1000 * seed + len(nights)))
    return nights


def told(regions: dict[int, list[pd.DataFrame]], least_values: int) -> dict[int, list[Told]]:
    """What the releases of all nights say, region by region, of regions by seed.

    The regions are released together, as wards of one: the guard never looks beyond a ward.
    """
    found: dict[int, list[Told]] = {seed: [] for seed in regions}
    with duckdb.connect(config={"threads": 1}) as connection:
        for number in range(len(next(iter(regions.values())))):
            everywhere = pd.concat([_apart(nights[number], seed) for seed, nights in regions.items()])
            as_of = str(FIRST_NIGHT + timedelta(days=number))
            rule = {"left_out_share": 0, "least_values": least_values, "remembered_days": REMEMBERED_DAYS}
            fill(connection, everywhere, **rule, as_of=as_of if least_values > 1 else None)
            tiers = release(connection)
            for seed, nights in regions.items():
                found[seed].append(_of_region(nights[number], _own(tiers, seed)))
    return found


def _apart(night: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The night's people, under names of their region's own for places and people."""
    return night.assign(**{name: f"{seed}:" + night[name] for name in (*PLACES, "person_id")})


def _own(tiers: dict[str, list[Facts]], seed: int) -> dict[str, list[Facts]]:
    """The rows of one region, its places under their names again."""
    prefix = f"{seed}:"
    return {
        tier: [row | {"place": row["place"].removeprefix(prefix)} for row in rows if row["place"].startswith(prefix)]
        for tier, rows in tiers.items()
    }


def _of_region(night: pd.DataFrame, tiers: dict[str, list[Facts]]) -> Told:
    known = list(dict.fromkeys(cells(tiers)))
    places = sorted(set(night[list(PLACES)].itertuples(index=False, name=None)))
    kept = sum(row.get(name) or 0 for rows in tiers.values() for row in rows for name in COUNTED)
    return Told(known, matrix_of(known, atoms(places)), kept)


def attack(seed: int, nights: list[pd.DataFrame], found: list[Told], tried: int) -> dict[str, int]:
    """Of some truly small counts of the first night: how many are bounded exactly, and to too few values."""
    people = nights[0].astype(object).where(nights[0].notna(), None).to_dict("records")
    first = found[0].cells
    small = [n for n, cell in enumerate(first) if cell.is_told and 1 <= truth(cell, people) <= SMALL]
    wanted = sorted(Random(seed).sample(small, min(tried, len(small))))
    known = [cell for night in found for cell in night.cells]
    matrix = together(nights[0], [night.matrix for night in found], busy=busy_postcodes(nights[0]))
    bounds = solve(known, matrix, wanted, whole=False).values()
    values = [most - least + 1 for least, most in bounds]
    return {
        "tried": len(values),
        "exact": sum(value == 1 for value in values),
        "narrow": sum(value < LEAST_VALUES for value in values),
        "kept": found[0].kept,
        "kept_last": found[-1].kept,
    }


@click.command()
@click.option("--regions", default=200, show_default=True)
@click.option("--nights", default=1, show_default=True)
@click.option("--tried", default=10, show_default=True, help="Small counts of each region.")
@click.option("--output", default=Path("attack.jsonl"), show_default=True, type=click.Path(path_type=Path))
def main(regions: int, nights: int, tried: int, output: Path) -> None:
    """Attack REGIONS random regions over NIGHTS nights, without the guard and with it."""
    lines = [json.loads(line) for line in output.read_text().splitlines()] if output.exists() else []
    done = {(line["seed"], line["nights"]) for line in lines}
    left = [seed for seed in range(regions) if (seed, nights) not in done]
    with output.open("a") as file:
        for start in range(0, len(left), AT_ONCE):
            batch = {seed: nights_of(seed, nights) for seed in left[start : start + AT_ONCE]}
            found = {least_values: told(batch, least_values) for least_values in (1, LEAST_VALUES)}
            for seed, least_values in product(batch, found):
                line = {"seed": seed, "nights": nights, "least_values": least_values}
                lines.append(line | attack(seed, batch[seed], found[least_values][seed], tried))
                file.write(json.dumps(lines[-1]) + "\n")
                file.flush()
            click.echo(f"{start + len(batch)} of {len(left)}", err=True)
    for least_values in (1, LEAST_VALUES):
        own = [line for line in lines if line["nights"] == nights and line["least_values"] == least_values]
        sums = {name: sum(line[name] for line in own) for name in ("tried", "exact", "narrow", "kept", "kept_last")}
        click.echo(f"least_values {least_values}: {len(own)} regions, {sums}")


if __name__ == "__main__":
    main()

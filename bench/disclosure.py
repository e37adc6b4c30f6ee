"""The attacker's run: random small regions, alone and over successive nights, before and after the guard.

`python -m bench.disclosure --regions 200 --nights 10`. Each region's outcome is a line of the output file; a run that
is started again goes on where it ended. Run from the repository: the attacker lives with the tests.
"""

import json
from pathlib import Path
from random import Random
from typing import Any

import click
import duckdb
import numpy as np
import pandas as pd

from tests.sharing.attacker import Cell, Facts, atoms, cells, matrix_of, solve, truth
from tests.sharing.place_release import release
from tests.sharing.random_places import busy_postcodes, draw_region, fill, next_night

LEAST_VALUES = 3
SMALL = 7
PLACES = ("postcode", "ward_code", "usrn")
COUNTED = ("people", "people_current", "people_historic", "people_red", "people_amber", "people_green")


def nights_of(seed: int, number: int) -> list[pd.DataFrame]:
    """The region on successive nights; half of each ward's postcodes never change."""
    nights = [draw_region(seed)]
    while len(nights) < number:
        nights.append(next_night(nights[-1], 1000 * seed + len(nights)))
    return nights


def told(connection: Any, nights: list[pd.DataFrame], least_values: int) -> list[tuple[list[Cell], np.ndarray, int]]:
    """For each night what its release says, the atoms of each cell, and how many people its counts tell of.

    All nights are released at once, as wards of one region: the guard never looks beyond a ward.
    """
    everywhere = pd.concat([_apart(night, number) for number, night in enumerate(nights)])
    fill(connection, everywhere, left_out_share=0, least_values=least_values)
    tiers = release(connection)
    return [_of_night(night, _own(tiers, number)) for number, night in enumerate(nights)]


def _apart(night: pd.DataFrame, number: int) -> pd.DataFrame:
    """The night's people, under names of their own for places and people."""
    return night.assign(**{name: f"{number}:" + night[name] for name in (*PLACES, "person_id")})


def _own(tiers: dict[str, list[Facts]], number: int) -> dict[str, list[Facts]]:
    """The rows of one night, its places under their names again."""
    prefix = f"{number}:"
    return {
        tier: [row | {"place": row["place"].removeprefix(prefix)} for row in rows if row["place"].startswith(prefix)]
        for tier, rows in tiers.items()
    }


def _of_night(night: pd.DataFrame, tiers: dict[str, list[Facts]]) -> tuple[list[Cell], np.ndarray, int]:
    known = list(dict.fromkeys(cells(tiers)))
    places = sorted(set(night[list(PLACES)].itertuples(index=False, name=None)))
    kept = sum(row.get(name) or 0 for rows in tiers.values() for row in rows for name in COUNTED)
    return known, matrix_of(known, atoms(places)), kept


def together(night: pd.DataFrame, matrices: list[np.ndarray]) -> np.ndarray:
    """All nights' cells over atoms: those of postcodes that never change are the same on every night."""
    places = sorted(set(night[list(PLACES)].itertuples(index=False, name=None)))
    busy = busy_postcodes(night)
    is_quiet = np.array([atom["postcode"] not in busy for atom in atoms(places)])
    rows = [
        np.hstack([matrix[:, is_quiet], *[matrix[:, ~is_quiet] * (n == number) for n in range(len(matrices))]])
        for number, matrix in enumerate(matrices)
    ]
    return np.vstack(rows)


def attack(seed: int, number: int, least_values: int, tried: int) -> dict[str, int]:
    """Of some truly small counts of the first night: how many are bounded exactly, and to too few values."""
    nights = nights_of(seed, number)
    with duckdb.connect(config={"threads": 1}) as connection:
        found = told(connection, nights, least_values)
    people = nights[0].astype(object).where(nights[0].notna(), None).to_dict("records")
    first = found[0][0]
    small = [n for n, cell in enumerate(first) if cell.is_told and 1 <= truth(cell, people) <= SMALL]
    wanted = sorted(Random(seed).sample(small, min(tried, len(small))))
    known = [cell for cells_of_night, _, _ in found for cell in cells_of_night]
    matrix = together(nights[0], [matrix for _, matrix, _ in found])
    bounds = solve(known, matrix, wanted, whole=False).values()
    values = [most - least + 1 for least, most in bounds]
    return {
        "tried": len(values),
        "exact": sum(value == 1 for value in values),
        "narrow": sum(value < LEAST_VALUES for value in values),
        "kept": found[0][2],
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
    with output.open("a") as file:
        for seed in range(regions):
            if (seed, nights) in done:
                continue
            for least_values in (1, LEAST_VALUES):
                line = {"seed": seed, "nights": nights, "least_values": least_values}
                lines.append(line | attack(seed, nights, least_values, tried))
                file.write(json.dumps(lines[-1]) + "\n")
                file.flush()
            click.echo(f"{seed + 1} of {regions}", err=True)
    for least_values in (1, LEAST_VALUES):
        own = [line for line in lines if line["nights"] == nights and line["least_values"] == least_values]
        sums = {name: sum(line[name] for line in own) for name in ("tried", "exact", "narrow", "kept")}
        click.echo(f"least_values {least_values}: {len(own)} regions, {sums}")


if __name__ == "__main__":
    main()

"""Somebody who holds every place tier and the rules, and tries to recover what was withheld.

Each released cell bounds a sum over *atoms*: how many people share places, sex and all that the list says of them. The
attacker knows the map (which street meets which postcode) and all rules, and solves the programme exactly: for a count,
the least and the greatest value that agrees with all cells at once. Nothing here reads the truth.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.sharing.random_places import CODES, RATINGS, SEXES

PLACE_COLUMN = {"street": "usrn", "postcode": "postcode", "ward": "ward_code"}
PLACES = ("postcode", "ward_code", "usrn")
COUNTS = {  # released column -> what an atom must be to count in it
    "people_current": {"status": "current"},
    "people_historic": {"status": "historic"},
    "people_red": {"rag": "red"},
    "people_amber": {"rag": "amber"},
    "people_green": {"rag": "green"},
}
MOST = 1_000  # people in one atom
ROUNDING_ERROR = 1e-4  # of the solver, in people
Atom = dict[str, Any]
Facts = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A count of the people who are `facts`, and what a release tells of it: from `least` to `most`.

    is_told: a tier has a row for it; counts by age and sex have one only where they are released.
    """

    facts: tuple[tuple[str, Any], ...]
    least: int
    most: int
    is_told: bool = True


def cells(
    released: dict[str, list[Facts]], *, threshold: int = 7, rounding: int = 5, living: bool = True
) -> Iterator[Cell]:
    """Everything that the place tiers say of counts. living: of the residents too; drawn apart, they bound nothing."""
    for level, column in PLACE_COLUMN.items():
        zero_hidden = level != "ward"

        def told(row: Facts, name: str, where: Facts, zero_hidden: bool = zero_hidden) -> Cell:
            facts, value = tuple(sorted(where.items())), row[name]
            if row[f"{name}_reason"] == "complementary":
                return Cell(facts, 0, MOST)
            if value is None:
                return Cell(facts, 0 if zero_hidden else 1, threshold)
            if value == 0:
                return Cell(facts, 0, 0)
            return Cell(facts, max(threshold + 1, value - rounding // 2), value + rounding // 2)

        for row in released[f"{level}_known_to"] + released[f"{level}_rag"]:
            yield from (
                told(row, name, {column: row["place"], **facts}) for name, facts in COUNTS.items() if name in row
            )
            if living and "people_living" in row:
                yield told(row, "people_living", {column: row["place"]})
        for row in released[f"{level}_coded"]:
            yield told(row, "people", {column: row["place"], "code": row["code"]})
        shown = {(row["place"], row["sex"], row["code"]): row for row in released[f"{level}_full"]}
        for place, sex, code in product(sorted({key[0] for key in shown}), (*SEXES, "all"), (*CODES[1:], "all")):
            row = shown.get((place, sex, code))
            if row is not None:
                is_coded = {"is_coded": True} if code == "all" else {"code": code}
                yield told(row, "people", {column: place, **is_coded, **({} if sex == "all" else {"sex": sex})})
            elif sex != "all" and code != "all":  # a row is there only if it is released
                facts = {column: place, "code": code, "sex": sex}
                yield Cell(tuple(sorted(facts.items())), 0, threshold, is_told=False)


def atoms(places: Sequence[tuple[str, str, str]]) -> list[Atom]:
    """Every kind of person there can be, in the (postcode, ward, street) combinations on the map."""
    kinds: list[Atom] = [{"status": status, "rag": None, "code": None} for status in (None, "historic")]
    kinds += [{"status": "current", "rag": rag, "code": code} for rag, code in product(RATINGS, CODES)]
    return [
        {
            "postcode": postcode,
            "ward_code": ward,
            "usrn": street,
            "sex": sex,
            "is_coded": kind["code"] is not None,
            **kind,
        }
        for (postcode, ward, street), sex, kind in product(places, SEXES, kinds)
    ]


def propagate(known: Sequence[Cell], matrix: np.ndarray, rounds: int = 20) -> list[tuple[int, int]]:
    """Bounds of each cell by interval arithmetic over the atoms alone: what a spreadsheet finds."""
    least, most = np.zeros(matrix.shape[1]), np.full(matrix.shape[1], float(MOST))
    for _ in range(rounds):
        for cell, row in zip(known, matrix, strict=True):
            held = row > 0
            low, high = least[held], most[held]
            most[held] = np.minimum(high, cell.most - (low.sum() - low))
            least[held] = np.maximum(low, cell.least - (high.sum() - high))
    bounds = zip(known, matrix @ least, matrix @ most, strict=True)
    return [(max(cell.least, int(low)), min(cell.most, int(high))) for cell, low, high in bounds]


def solve(
    known: Sequence[Cell], matrix: np.ndarray, wanted: Sequence[int], *, whole: bool = True
) -> dict[int, tuple[int, int]]:
    """Bounds of the cells numbered in `wanted`, by a programme over all cells at once.

    whole: people come in whole numbers (exact, half a second a cell); else the linear programme, its bounds rounded
    inwards (a tenth of the time, seldom wider). Raises AssertionError where no region agrees with the cells: then the
    attacker's rules are not the release's.
    """
    told = LinearConstraint(csr_array(matrix), [cell.least for cell in known], [cell.most for cell in known])
    found = {}
    for number in wanted:
        ends = []
        for sign in (1, -1):
            answer = milp(
                sign * matrix[number],
                constraints=told,
                integrality=np.full(matrix.shape[1], int(whole)),
                bounds=Bounds(0, MOST),
                options={"time_limit": 10},
            )
            assert answer.status != 2, "no region agrees with what was released"
            # stopped early, the dual bound is still one that holds
            ends.append(sign * answer.fun if answer.status == 0 else sign * answer.mip_dual_bound)
        found[number] = (ceil(ends[0] - ROUNDING_ERROR), floor(ends[1] + ROUNDING_ERROR))
    return found


def matrix_of(known: Sequence[Cell], kinds: Sequence[Atom]) -> np.ndarray:
    """cells x atoms: 1 where the atom's people count in the cell."""
    return np.array([[all(kind[key] == value for key, value in cell.facts) for kind in kinds] for cell in known], float)


def truth(cell: Cell, people: Sequence[Atom], times: Callable[[Atom], int] = lambda person: 1) -> int:
    """How many people are in the cell: what the attacker is after, by the judge and not by the attacker."""
    return sum(
        times(person)
        for person in people
        if all((person["code"] is not None if key == "is_coded" else person[key]) == value for key, value in cell.facts)
    )


def together(night: pd.DataFrame, matrices: Sequence[np.ndarray], *, busy: Sequence[str]) -> np.ndarray:
    """All nights' cells over atoms, by one who knows that nothing changed but in the `busy` postcodes."""
    places = sorted(set(night[list(PLACES)].itertuples(index=False, name=None)))
    is_quiet = np.array([atom["postcode"] not in busy for atom in atoms(places)])
    rows = [
        np.hstack([matrix[:, is_quiet], *[matrix[:, ~is_quiet] * (n == number) for n in range(len(matrices))]])
        for number, matrix in enumerate(matrices)
    ]
    return np.vstack(rows)

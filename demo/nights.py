"""A book night by night: which records the file of a night holds, and what they say by then.

A record's life is fixed at once by the nights on which it appears, is corrected, moves house, ends and is deleted;
the file of any night follows from them. Later nights therefore never change earlier ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.books import Draft, first_night
from demo.errors import RATES, ErrorRates
from demo.identity import address_columns, write_entries
from demo.people import World
from demo.streams import NEVER
from ingestion.contract import Contract

CORRECTED = 0.0075  # records a night
DELETED = 0.0008
HEARS_OF_MOVES = 0.7  # entries whose book learns that the person moved
_ALL_ZERO: Any = {item.name: 0.0 for item in fields(ErrorRates) if item.name != "capitals"}
NO_ERRORS = ErrorRates(**_ALL_ZERO)
NO_DATE = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Book:
    """One data set over all nights, by record; the columns are those of the contract, by name."""

    contract: Contract
    person: NDArray[np.int64] | None
    columns: dict[str, NDArray]
    corrected: dict[str, NDArray]  # what a column says from the correction on
    moved: dict[str, NDArray]  # what an address column says from the move on
    end_day: NDArray[np.int64] | None
    end_column: str | None
    appears: NDArray[np.int64]  # nights, as are those below
    corrects: NDArray[np.int64]
    moves: NDArray[np.int64]
    ends: NDArray[np.int64]
    deletes: NDArray[np.int64]
    is_broken: NDArray[np.bool_]

    def present(self, night: int) -> NDArray[np.int64]:
        """Records in a whole file of `night`."""
        return np.flatnonzero((self.appears <= night) & (self.deletes > night))

    def changed(self, night: int) -> NDArray[np.int64]:
        """Records that differ from the night before: new, corrected, moved, ended or deleted."""
        events = (self.corrects, self.moves, self.ends, self.deletes)
        touched = np.logical_or.reduce([event == night for event in events])
        return np.flatnonzero((self.appears == night) | touched & (self.appears < night) & (self.deletes >= night))

    def on(self, night: int, records: NDArray[np.int64]) -> dict[str, NDArray]:
        """What the columns of `records` say on `night`."""
        result = {}
        for name, values in self.columns.items():
            value = values[records]
            for night_of, changes in ((self.moves, self.moved), (self.corrects, self.corrected)):
                if name in changes:
                    value = np.where(night_of[records] <= night, changes[name][records], value)
            result[name] = value
        if self.end_column is not None:
            assert self.end_day is not None
            end = self.end_day[records].clip(max=NEVER).astype("datetime64[D]")
            result[self.end_column] = np.where(self.ends[records] <= night, end, NO_DATE)
        return result


@dataclass(frozen=True)
class Lives:
    """The nights of every record of a draft."""

    appears: NDArray[np.int64]
    ends: NDArray[np.int64]
    corrects: NDArray[np.int64]
    deletes: NDArray[np.int64]


def open_book(world: World, contract: Contract, draft: Draft) -> Book:
    """Keep the records that some night sees, write their identities and fix their lives."""
    name, size = contract.dataset, len(draft.first_day)
    lives = _lives(world, contract, draft)
    seen = np.flatnonzero(lives.appears <= world.nights)
    identity, moved, truth, moves, person = _identities(world, contract, draft, seen, lives)
    return Book(
        contract=contract,
        person=person,
        columns={**identity, **{key: values[seen] for key, values in draft.content.items()}},
        corrected={**truth, **{key: values[seen] for key, values in draft.revised.items()}},
        moved=moved,
        end_day=None if draft.end_day is None else draft.end_day[seen],
        end_column=draft.end_column,
        appears=lives.appears[seen],
        corrects=lives.corrects[seen],
        moves=moves,
        ends=lives.ends[seen],
        deletes=lives.deletes[seen],
        is_broken=world.streams.happens(f"{name} broken", size, RATES[name].broken)[seen],
    )


def _lives(world: World, contract: Contract, draft: Draft) -> Lives:
    name, streams, size = contract.dataset, world.streams, len(draft.first_day)
    never = np.full(size, NEVER)
    appears = first_night(world, draft.first_day)
    if draft.entry_person is not None:
        appears = np.maximum(appears, world.members.arrival_night[draft.entry_person[draft.entry]])
    end_day = never if draft.end_day is None else np.minimum(draft.end_day, NEVER)
    ends = np.where(end_day == NEVER, NEVER, first_night(world, end_day))
    if contract.subject == "ward":
        return Lives(appears=appears, ends=ends, corrects=never, deletes=never)
    corrected = appears + streams.first_night(f"{name} corrected", size, CORRECTED) - 1
    deleted = appears + streams.first_night(f"{name} deleted", size, DELETED) - 1
    return Lives(
        appears=appears,
        ends=ends,
        corrects=np.where(ends <= 1, NEVER, np.minimum(corrected, NEVER)),  # nobody returns to what closed long ago
        deletes=np.minimum(deleted, NEVER),
    )


def _identities(
    world: World, contract: Contract, draft: Draft, seen: NDArray[np.int64], lives: Lives
) -> tuple[dict[str, NDArray], dict[str, NDArray], dict[str, NDArray], NDArray[np.int64], NDArray[np.int64] | None]:
    """Identity columns of the records `seen`, their changes by a move and by a correction, nights of moves, persons."""
    if draft.entry_person is None:
        return {}, {}, {}, np.full(len(seen), NEVER), None
    name, roles, rates = contract.dataset, contract.identity, RATES[contract.dataset]
    right = replace(NO_ERRORS, capitals=rates.capitals)
    entries = write_entries(world, name, draft.entry_person, rates, roles=roles, home=draft.entry_home)
    entry = draft.entry[seen]
    person = draft.entry_person[entry]
    columns = {roles[role]: values[entry] for role, values in entries.columns.items()}
    hears = entries.knows_home & world.streams.happens(f"{name} hears of move", len(entries.person), HEARS_OF_MOVES)
    moves = np.where(hears[entry] & (lives.ends[seen] == NEVER), world.move_night[person], NEVER)
    moves = np.where(moves > lives.appears[seen], moves, NEVER)
    if draft.entry_home is not None or "event_date" in contract.period:
        moves = np.full(len(seen), NEVER)  # a book about a home, or what was said on a day
    moved = _patched(
        columns,
        moves <= world.nights,
        roles,
        lambda at: address_columns(world, name, world.next_home[person[at]], right),
    )
    home = entries.home[entry]
    truth = _patched(
        columns,
        lives.corrects[seen] <= world.nights,
        roles,
        lambda at: (
            write_entries(
                world,
                f"{name} corrected",
                person[at],
                right,
                roles=set(roles) - {"address", "postcode", "uprn"},
                home=home[at],
            ).columns
        ),
    )
    return columns, moved, truth, moves, person


def _patched(
    columns: dict[str, NDArray],
    chosen: NDArray[np.bool_],
    roles: dict[str, str],
    write: Callable[[NDArray[np.int64]], dict[str, NDArray]],
) -> dict[str, NDArray]:
    """Copies of the columns that `write` writes, changed for the `chosen` records only."""
    at = np.flatnonzero(chosen)
    if not len(at):
        return {}
    result = {}
    for role, values in write(at).items():
        if role in roles:
            result[roles[role]] = columns[roles[role]].copy()
            result[roles[role]][at] = values
    return result

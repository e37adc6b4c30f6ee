"""An id looked up: where redirects lead, whether it lives, what happened to it. Dates, events, ids and counts only.

The history is written by `history.py`; how it is shown is the command's (`orchestration/commands/person.py`).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from linkage.id_registry import PREFIX
from linkage.store import STORE, has_table, open_work
from settings.errors import UserError
from settings.paths import Home


@dataclass(frozen=True)
class Event:
    """One line of the history: in run `run_no`, `members` records (of a household: persons) of `id` were concerned."""

    run_no: int
    as_of: date
    event: str
    id: str
    other_id: str | None
    members: int
    model_version: str | None


@dataclass(frozen=True)
class Life:
    """An id's life. path: the id asked for, then each it was redirected to; the last is the one to use.

    records: data set -> records of the last id's person, or of its household's people. people: of a household.
    """

    kind: str
    path: tuple[str, ...]
    is_live: bool
    people: int
    records: dict[str, int]
    events: tuple[Event, ...]

    @property
    def current_id(self) -> str:
        return self.path[-1]


def life_of(home: Home, asked: str) -> Life:
    """The life of a person's or household's id. Raises UserError for one that is malformed or was never given."""
    asked = asked.strip().upper()
    kinds = {prefix: kind for kind, prefix in PREFIX.items()}
    if not re.fullmatch(rf"[{''.join(kinds)}]\d{{7,18}}", asked):
        raise UserError("That is not an id of a person or household", ["ids look like P00000001 or H0000001"])
    kind = kinds[asked[0]]
    with open_work(home, read_only=True) as work:
        path = _path(work, kind, asked)
        events = _events(work, kind, path)
        if not events and not _is_known(work, kind, asked):
            raise UserError(f"No {kind} has or had this id here", ["look it up in the installation that gave it"])
        people, records = _records(work, kind, path[-1])
    return Life(kind, path, is_live=bool(records), people=people, records=records, events=events)


def _path(work: Any, kind: str, asked: str) -> tuple[str, ...]:
    """The id and, in turn, each that it was merged into. Merged ids never return, so that there is no circle."""
    if not has_table(work, "linkage", "person_history"):
        return (asked,)
    steps = work.execute(
        f"""
        with recursive step(id, place) as (
            select $asked, 0
            union all
            select history.other_id, step.place + 1
            from step join {STORE}.linkage.person_history as history
                on history.id = step.id and history.kind = $kind and history.event = 'merge'
        )
        select id from step order by place
        """,
        {"asked": asked, "kind": kind},
    ).fetchall()
    return tuple(step for (step,) in steps)


def _events(work: Any, kind: str, path: tuple[str, ...]) -> tuple[Event, ...]:
    """What happened to the ids of the path, in the order of the runs, with what came to them from other ids."""
    if not has_table(work, "linkage", "person_history"):
        return ()
    found = work.execute(
        f"""
        select run_no, as_of, event, id, other_id, members, model_version
        from {STORE}.linkage.person_history
        where kind = $kind and (list_contains($path, id) or list_contains($path, other_id))
        order by run_no, event <> 'birth', id, event, other_id
        """,
        {"kind": kind, "path": list(path)},
    ).fetchall()
    return tuple(Event(*row) for row in found)


def _is_known(work: Any, kind: str, asked: str) -> bool:
    found = work.execute(
        f"select 1 from {STORE}.linkage.id_registry where kind = ? and id = ? limit 1", [kind, asked]
    ).fetchone()
    return found is not None


def _records(work: Any, kind: str, current: str) -> tuple[int, dict[str, int]]:
    """People, and records by data set, of an id as of last night."""
    if kind == "person":
        members = "(select ? as person_id)"
    else:
        members = f"(select person_id from {STORE}.linkage.households where household_id = ?)"
    if not has_table(work, "linkage", "persons" if kind == "person" else "households"):
        return 0, {}
    found = work.execute(
        f"""
        select persons.dataset, count(*), count(distinct persons.person_id)
        from {STORE}.linkage.persons as persons join {members} as member using (person_id)
        group by grouping sets ((persons.dataset), ()) order by persons.dataset nulls first
        """,
        [current],
    ).fetchall()
    return int(found[0][2]), {dataset: count for dataset, count, _ in found[1:]}

"""Nights of the id registry in a store in memory, for tests that say who is grouped with whom."""

from typing import Any

from linkage import history
from linkage.id_registry import TABLES, assign_ids, write_registry
from settings.duck import connect


class Nights:
    """A store in memory; each night is given as group -> members."""

    def __init__(self, kind: str = "person") -> None:
        self.work = connect()
        self.kind = kind
        self.run_no = 0
        self.work.execute("attach ':memory:' as store; create schema store.linkage")
        for statement in TABLES.split(";"):
            if statement.strip():
                self.work.execute(statement.replace("linkage.", "store.linkage.", 1))
        self.work.execute("create temp table last_night (member varchar, id varchar)")

    def night(
        self, groups: dict[int, str], batch: str = "batch", place: dict[str, int] | None = None
    ) -> dict[str, str]:
        """Member -> id after a night. Members are single letters; place: id -> group at its old place."""
        self.run_no += 1
        self.work.execute("create or replace temp table grouped (member varchar, group_no integer)")
        self.work.execute("create or replace temp table place (id varchar, group_no integer)")
        for table, rows in (
            ("grouped", [[member, group] for group, members in groups.items() for member in members]),
            ("place", [list(item) for item in (place or {}).items()]),
        ):
            if rows:
                self.work.executemany(f"insert into {table} values (?, ?)", rows)
        assigned = assign_ids(self.work, self.kind, store="store", batch=batch, before="last_night", place="place")
        history.make_events(self.work, self.kind, store="store", before="last_night")
        write_registry(self.work, self.kind, assigned, store="store")
        run = history.Run(as_of="2026-06-01", mark=str(self.run_no), model_version="m")
        history.write_events(self.work, self.kind, store="store", run=run)
        self.work.execute(
            "create or replace temp table last_night as select member, id from grouped join assigned using (group_no)"
        )
        return dict(self.work.execute("from last_night").fetchall())

    def events(self, run_no: int | None = None) -> list[tuple[Any, ...]]:
        """(event, id, other_id, members) of one night, or of all, in the order of the ledger."""
        where = "" if run_no is None else f"where run_mark = '{run_no}'"
        found: list[tuple[Any, ...]] = self.work.execute(
            f"select event, id, other_id, members from store.linkage.person_history {where} order by run_no, rowid"
        ).fetchall()
        return found
